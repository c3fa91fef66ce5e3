package org.trapnest.x86;

/**
 * The causes of #CP. Source: Intel SDM volume 3, "Interrupt 21—Control Protection Exception (#CP)".
 */
public enum ControlProtection {
  NEAR_RET(1),
  FAR_RET_IRET(2),
  ENDBRANCH(3),
  RSTORSSP(4),
  SETSSBSY(5);

  private final int errorCode;

  ControlProtection(int errorCode) {
    this.errorCode = errorCode;
  }

  public int errorCode() {
    return errorCode;
  }
}
