//@ model "Page-table isolation as merged: trampoline stack, PCID, and flushes put off to the return to user mode."
//@ check user-runs-on-user-cr3, kernel-runs-on-kernel-cr3
//@ check gs-matches-privilege, swapgs-balanced, ist-top-not-reused, frame-intact
//@ check stack-is-trusted, irqs-off-in-nmi, user-runs-with-nmi-open, sysret-safe
//@ check nmi-handler-not-reentered(handler = nmi_handlers), nmi-not-lost
#define PCID 1
#define SCOPE 1
#include "mainline.inc"
