package org.trapnest.store;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/** Reads what a {@link SnapshotWriter} wrote. */
public final class SnapshotReader implements Closeable {
  private static final int MOST_TEXT_BYTES = 1 << 20;

  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 18);

  /** Opens a file. */
  public SnapshotReader(Path file) throws IOException {
    this.channel = FileChannel.open(file, StandardOpenOption.READ);
    buffer.limit(0);
  }

  /** Whether the sum at the end of a file is that of all before it. */
  public static boolean isIntact(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long rest = channel.size() - Long.BYTES;
      if (rest < 0 || rest % Long.BYTES != 0) {
        return false;
      }
      CRC32C sum = new CRC32C();
      ByteBuffer block = ByteBuffer.allocate(1 << 18);
      while (rest > 0) {
        block.clear().limit((int) Math.min(block.capacity(), rest));
        if (channel.read(block) < 0) {
          return false;
        }
        rest -= block.position();
        sum.update(block.flip());
      }
      block.clear().limit(Long.BYTES);
      while (block.hasRemaining()) {
        if (channel.read(block) < 0) {
          return false;
        }
      }
      return block.getLong(0) == sum.getValue();
    }
  }

  /** The next long. */
  public long take() throws IOException {
    if (buffer.remaining() < Long.BYTES) {
      fill();
    }
    return buffer.getLong();
  }

  /** Reads the next longs into a part of an array. */
  public void take(long[] values, int from, int count) throws IOException {
    int next = from;
    while (next < from + count) {
      if (buffer.remaining() < Long.BYTES) {
        fill();
      }
      int there = Math.min(from + count - next, buffer.remaining() / Long.BYTES);
      buffer.asLongBuffer().get(values, next, there);
      buffer.position(buffer.position() + there * Long.BYTES);
      next += there;
    }
  }

  /** The next array. */
  public long[] takeArray() throws IOException {
    long[] values = new long[Math.toIntExact(take())];
    take(values, 0, values.length);
    return values;
  }

  /** The next text. */
  public String takeText() throws IOException {
    long length = take();
    if (length < 0 || length > MOST_TEXT_BYTES) {
      throw new IOException("a text of " + length + " bytes");
    }
    byte[] bytes = new byte[(int) length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) take();
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private void fill() throws IOException {
    buffer.compact();
    while (buffer.position() < Long.BYTES) {
      if (channel.read(buffer) < 0) {
        throw new EOFException("the file ends early");
      }
    }
    buffer.flip();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
