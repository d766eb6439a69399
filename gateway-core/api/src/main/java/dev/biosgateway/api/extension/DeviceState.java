package dev.biosgateway.api.extension;

import org.osgi.annotation.versioning.ProviderType;

/** The state of a device: named fields in a fixed order. For the device's thread only. */
@ProviderType
public interface DeviceState {
  /** Writes a number. */
  DeviceState put(String field, long value);

  /** Writes bytes, as many as {@link #bytes} will read; they are copied. */
  DeviceState put(String field, byte[] value);

  /**
   * Reads the next field.
   *
   * @throws IllegalStateException if it has another name or is no number
   */
  long number(String field);

  /**
   * Reads the next field into an array.
   *
   * @throws IllegalStateException if it has another name or length
   */
  void bytes(String field, byte[] into);
}
