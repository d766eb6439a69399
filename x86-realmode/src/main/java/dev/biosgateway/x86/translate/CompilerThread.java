package dev.biosgateway.x86.translate;

import java.lang.ref.WeakReference;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that translates in the background, one for all machines. It ends by itself when there
 * was nothing to do for a second, and so holds nothing when machines or the bundle are gone.
 *
 * <p>A job is held by who wants its result only: with a machine go the jobs that it had waiting.
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

  /** Held while a job is done. */
  private static final ReentrantLock WORKING = new ReentrantLock();

  private static volatile boolean open = true;

  static {
    EXECUTOR.allowCoreThreadTimeOut(true);
  }

  private CompilerThread() {}

  /**
   * Has {@code job} done soon, if it is there still and this is open; if it fails, or is not done,
   * the guest goes on interpreted.
   */
  static void submit(Runnable job) {
    if (!open) {
      return;
    }
    WeakReference<Runnable> wanted = new WeakReference<>(job);
    EXECUTOR.execute(
        () -> {
          Runnable still = wanted.get();
          if (still != null) {
            work(still);
          }
        });
  }

  private static void work(Runnable job) {
    WORKING.lock();
    try {
      if (open) {
        job.run();
      }
    } catch (RuntimeException e) {
      LOG.warn("a region could not be translated; it stays interpreted", e);
    } finally {
      WORKING.unlock();
    }
  }

  /** Drops what waits, takes nothing any more, and returns when no job is being done. */
  static void close() {
    open = false;
    EXECUTOR.getQueue().clear();
    WORKING.lock();
    WORKING.unlock();
  }

  /** Takes jobs again. */
  static void open() {
    open = true;
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "x86 translator");
    thread.setDaemon(true);
    return thread;
  }
}
