package dev.biosgateway.runtime;

import java.util.List;
import java.util.Map;
import javax.management.MXBean;

/** The gateway's metrics and health for JMX, as {@code dev.biosgateway:type=Gateway}. */
@MXBean
public interface GatewayMXBean {
  /** Calls that have ended. */
  long getCalls();

  /** Guest instructions they retired. */
  long getInstructions();

  /** How often calls ended for each reason. */
  Map<String, Long> getStops();

  /** Calls by upper bound of their time in nanoseconds. */
  Map<Long, Long> getLatency();

  /** Nanoseconds within which half of the calls ended. */
  long getMedianNanos();

  /** Nanoseconds within which 99 of 100 calls ended. */
  long getNinetyNineNanos();

  /** Machines in use. */
  int getBusyMachines();

  /** Machines that wait for calls. */
  int getIdleMachines();

  /** Callers that wait for machines. */
  int getWaitingCallers();

  /** Leases of machines since the beginning. */
  long getLeases();

  /** Callers refused since the beginning. */
  long getRefusals();

  /** Sessions that are open. */
  int getSessions();

  /** Bytes that templates hold. */
  long getTemplateBytes();

  /** Main memory of all machines that are on, bytes. */
  long getMachineBytes();

  /** What the machines say about how they executed. */
  Map<String, Long> getExecution();

  /** OK, WARN or CRITICAL. */
  String getHealth();

  /** What the health is made of, a line for each thing that was looked at. */
  List<String> getHealthFindings();
}
