package org.trapnest.emulator;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The client's side of the gdb remote protocol. Confined to one thread; the other side must close
 * the stream when it does not answer.
 *
 * <p>Source: "Debugging with GDB", appendix "GDB Remote Serial Protocol".
 */
final class GdbConnection {
  private static final HexFormat HEX = HexFormat.of();

  private final InputStream in;
  private final OutputStream out;

  GdbConnection(InputStream in, OutputStream out) {
    this.in = new BufferedInputStream(in);
    this.out = new BufferedOutputStream(out);
  }

  /**
   * Sends a packet and returns the reply to it.
   *
   * @throws Ended if the stream ends or the reply says that the machine has exited
   */
  String exchange(String packet) {
    try {
      send(packet);
      String reply = receive();
      if (reply.startsWith("W") || reply.startsWith("X")) {
        throw new Ended();
      }
      return reply;
    } catch (IOException broken) {
      throw new Ended();
    }
  }

  /** Sends a packet that is to be answered by {@code OK}. */
  void command(String packet) {
    String reply = exchange(packet);
    if (!reply.equals("OK")) {
      throw new EmulatorFailure("the emulator answers '" + reply + "' to '" + packet + "'");
    }
  }

  /** Runs a command of the emulator's monitor and returns what it prints. */
  String monitor(String line) {
    StringBuilder printed = new StringBuilder();
    String reply = exchange("qRcmd," + HEX.formatHex(line.getBytes(StandardCharsets.US_ASCII)));
    while (reply.startsWith("O") && !reply.equals("OK")) {
      printed.append(new String(HEX.parseHex(reply.substring(1)), StandardCharsets.US_ASCII));
      reply = receiveOrEnd();
    }
    if (!reply.equals("OK")) {
      throw new EmulatorFailure("the emulator answers '" + reply + "' to 'monitor " + line + "'");
    }
    return printed.toString();
  }

  private String receiveOrEnd() {
    try {
      return receive();
    } catch (IOException broken) {
      throw new Ended();
    }
  }

  private void send(String packet) throws IOException {
    byte[] bytes = packet.getBytes(StandardCharsets.US_ASCII);
    out.write('$');
    out.write(bytes);
    out.write('#');
    out.write(String.format("%02x", sum(bytes)).getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private static int sum(byte[] bytes) {
    int sum = 0;
    for (byte b : bytes) {
      sum += b;
    }
    return sum & 0xff;
  }

  private String receive() throws IOException {
    int character = read();
    while (character != '$') {
      character = read();
    }
    StringBuilder packet = new StringBuilder();
    character = read();
    while (character != '#') {
      packet.append((char) character);
      character = read();
    }
    String reply = packet.toString();
    String checksum = "" + (char) read() + (char) read();
    if (Integer.parseInt(checksum, 16) != sum(reply.getBytes(StandardCharsets.US_ASCII))) {
      throw new EmulatorFailure("a packet from the emulator has a wrong checksum");
    }
    // Goes out with the next packet: one wake-up of the emulator less.
    out.write('+');
    return reply;
  }

  private int read() throws IOException {
    int character = in.read();
    if (character < 0) {
      throw new IOException("the emulator has closed the connection");
    }
    return character;
  }
}
