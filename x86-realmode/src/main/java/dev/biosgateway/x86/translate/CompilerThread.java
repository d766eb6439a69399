package dev.biosgateway.x86.translate;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that translates in the background, one for all machines. It ends by itself when there
 * was nothing to do for a second, and so holds nothing when machines or the bundle are gone.
 */
final class CompilerThread {
  private static final Logger LOG = LoggerFactory.getLogger(CompilerThread.class);
  private static final long IDLE_SECONDS = 1;

  private static final ThreadPoolExecutor EXECUTOR =
      new ThreadPoolExecutor(
          1,
          1,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          CompilerThread::thread);

  static {
    EXECUTOR.allowCoreThreadTimeOut(true);
  }

  private CompilerThread() {}

  /** Has {@code job} done soon; if it fails, the guest goes on interpreted. */
  static void submit(Runnable job) {
    EXECUTOR.execute(
        () -> {
          try {
            job.run();
          } catch (RuntimeException e) {
            LOG.warn("a region could not be translated; it stays interpreted", e);
          }
        });
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "x86 translator");
    thread.setDaemon(true);
    return thread;
  }
}
