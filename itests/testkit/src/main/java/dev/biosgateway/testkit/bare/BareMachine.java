package dev.biosgateway.testkit.bare;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives the tests of a class a machine without OSGi: a test, a constructor or a life cycle method
 * that takes a {@link BareGateway} gets one that was powered on for this test alone, without a
 * program in it; it is switched off after the test. If a static {@code @BeforeAll} method asks for
 * one, all tests of the class share that.
 *
 * <pre>{@code
 * @BareMachine
 * class HelloTest {
 *   @Test
 *   void adds(BareGateway gateway) {
 *     gateway.map(Path.of("rom/hello.bin"), "option-rom");
 *     CallResult result = gateway.interrupt(0x60, call -> call.register(AX, 2).register(BX, 3));
 *     assertEquals(5, result.get(AX), result::toString);
 *   }
 * }
 * }</pre>
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(BareMachineExtension.class)
public @interface BareMachine {
  /** RAM in MiB, at least 2. */
  int memory() default 32;

  /** Name of the board; empty for that of {@code MachineSettings.DEFAULT}. */
  String board() default "";

  /** Name of the processor model; empty for that of {@code MachineSettings.DEFAULT}. */
  String cpu() default "";

  /** What the real-time clock shows at power-on, as ISO-8601 in UTC; empty for the default's. */
  String startTime() default "";
}
