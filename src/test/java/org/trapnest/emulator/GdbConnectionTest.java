package org.trapnest.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class GdbConnectionTest {
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

  private GdbConnection hearing(String answer) {
    byte[] bytes = answer.getBytes(StandardCharsets.US_ASCII);
    return new GdbConnection(new ByteArrayInputStream(bytes), sent);
  }

  private String sent() {
    return sent.toString(StandardCharsets.US_ASCII);
  }

  @Test
  void exchange_ofAPacket_sendsItsChecksumAndAcknowledgesTheReplyWithTheNext() {
    GdbConnection connection = hearing("+$OK#9a+$OK#9a");
    assertEquals("OK", connection.exchange("Z1,10,1"));
    assertEquals("$Z1,10,1#75", sent());
    connection.exchange("?");
    assertEquals("$Z1,10,1#75+$?#3f", sent());
  }

  @Test
  void exchange_withAWrongChecksum_fails() {
    GdbConnection connection = hearing("+$OK#00");
    assertThrows(EmulatorFailure.class, () -> connection.exchange("?"));
  }

  @Test
  void exchange_withAnExitOrAClosedStream_saysThatTheMachineHasEnded() {
    assertThrows(Ended.class, () -> hearing("+$W00#b7").exchange("s"));
    assertThrows(Ended.class, () -> hearing("+$T0").exchange("s"));
  }

  @Test
  void command_thatIsRefused_failsWithBoth() {
    GdbConnection connection = hearing("+$E22#a9");
    String message =
        assertThrows(EmulatorFailure.class, () -> connection.command("P10=00")).getMessage();
    assertEquals("the emulator answers 'E22' to 'P10=00'", message);
  }

  @Test
  void monitor_thatPrintsInPieces_isReadToTheEnd() {
    assertEquals("ab", hearing("+$O61#b6$O62#b7$OK#9a").monitor("nmi"));
    assertEquals("$qRcmd,6e6d69#c7", sent());
  }
}
