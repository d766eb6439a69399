package dev.biosgateway.kexec.load;

/** The error numbers by which kexec_load() and reboot(LINUX_REBOOT_CMD_KEXEC) refuse. */
public enum Errno {
  /** A destination is not page aligned or ends beyond the last address. */
  EADDRNOTAVAIL,
  /** Segments overlap, hold more than they have room for, or are too large; nothing is loaded. */
  EINVAL,
  /** No page frames are left. */
  ENOMEM,
  /** Another jump is in progress, or something refused to be frozen. */
  EBUSY,
  /** What is to be entered is not what was loaded: its digest is another. */
  EIO
}
