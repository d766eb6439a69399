package dev.biosgateway.x86.translate;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Jobs end with who wants them, and with the bundle. */
class CompilerThreadTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final Runnable slow = this::workUntilTold;

  @AfterEach
  void openAgain() {
    mayEnd.countDown();
    CompilerThread.open();
  }

  private void workUntilTold() {
    begun.countDown();
    await(mayEnd);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns when all that was submitted before is over. */
  private static void drain() {
    CountDownLatch last = new CountDownLatch(1);
    Runnable job = last::countDown;
    CompilerThread.submit(job);
    await(last);
  }

  @Test
  void closingWaitsForTheJobAtWorkAndDropsTheOthers() throws InterruptedException {
    AtomicBoolean behind = new AtomicBoolean();
    Runnable waiting = () -> behind.set(true);
    CompilerThread.submit(slow);
    await(begun);
    CompilerThread.submit(waiting);
    Thread closer = new Thread(CompilerThread::close);
    closer.start();
    closer.join(50);
    assertTrue(closer.isAlive(), "a job is at work");
    mayEnd.countDown();
    closer.join(PATIENCE.toMillis());
    assertFalse(closer.isAlive(), "the job is over");
    CompilerThread.open();
    drain();
    assertFalse(behind.get(), "dropped");
  }

  @Test
  void whatIsSubmittedWhileItIsClosedIsNotDone() {
    AtomicBoolean done = new AtomicBoolean();
    Runnable job = () -> done.set(true);
    CompilerThread.close();
    CompilerThread.submit(job);
    CompilerThread.open();
    drain();
    assertFalse(done.get(), "submitted while it was closed");
    CompilerThread.submit(job);
    drain();
    assertTrue(done.get());
  }

  @Test
  void aJobThatNobodyWaitsForIsNotKept() throws InterruptedException {
    CompilerThread.submit(slow);
    await(begun);
    WeakReference<Runnable> forgotten = submitAndForget();
    for (int k = 0; k < 50 && forgotten.get() != null; k++) {
      System.gc();
      Thread.sleep(20);
    }
    assertNull(forgotten.get(), "held by the queue");
    mayEnd.countDown();
    drain();
  }

  private static WeakReference<Runnable> submitAndForget() {
    int[] large = new int[10];
    Runnable job = () -> large[0]++;
    CompilerThread.submit(job);
    return new WeakReference<>(job);
  }
}
