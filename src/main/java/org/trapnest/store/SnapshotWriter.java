package org.trapnest.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/** Writes a file of longs, whose last one is the CRC-32C of all before. */
public final class SnapshotWriter implements Closeable {
  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 18);
  private final CRC32C sum = new CRC32C();

  /** Begins a file, in place of what was there. */
  public SnapshotWriter(Path file) throws IOException {
    this.channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
  }

  /** Appends one long. */
  public void put(long value) throws IOException {
    if (buffer.remaining() < Long.BYTES) {
      flush();
    }
    buffer.putLong(value);
  }

  /** Appends a part of an array. */
  public void put(long[] values, int from, int count) throws IOException {
    int next = from;
    while (next < from + count) {
      if (buffer.remaining() < Long.BYTES) {
        flush();
      }
      int fitting = Math.min(from + count - next, buffer.remaining() / Long.BYTES);
      buffer.asLongBuffer().put(values, next, fitting);
      buffer.position(buffer.position() + fitting * Long.BYTES);
      next += fitting;
    }
  }

  /** Appends a whole array behind its length. */
  public void putArray(long[] values) throws IOException {
    put(values.length);
    put(values, 0, values.length);
  }

  /** Appends a text. */
  public void putText(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    put(bytes.length);
    for (byte b : bytes) {
      put(b);
    }
  }

  private void flush() throws IOException {
    buffer.flip();
    sum.update(buffer.duplicate());
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }

  /** Appends the sum and waits until everything is on the disk. */
  public void finish() throws IOException {
    flush();
    buffer.putLong(sum.getValue());
    flush();
    channel.force(true);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
