package dev.biosgateway.plugins.examples;

import dev.biosgateway.api.extension.ExpansionSlot.Responder;
import dev.biosgateway.api.extension.PortInterceptor;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what guest code writes to port 80h, the POST codes, and lets it pass. */
@Component(
    service = PortInterceptor.class,
    property = {"biosgateway.program=post-codes", "biosgateway.ports=0x80"})
public final class PostCodes implements PortInterceptor {
  private static final Logger LOG = LoggerFactory.getLogger(PostCodes.class);

  @Override
  public void out(int port, int size, int value, Responder behind) {
    LOG.info("POST code {}", Integer.toHexString(value));
    behind.write(port, size, value);
  }
}
