package dev.biosgateway.kexec.service;

import dev.biosgateway.x86.translate.Translator;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * Guest code is translated in the background as long as this bundle is active: behind its stop the
 * framework may take the classes away that the compiler is about to load.
 */
@Component(service = {})
public final class BackgroundTranslation {

  @Activate
  public BackgroundTranslation() {
    Translator.openBackground();
  }

  @Deactivate
  void deactivate() {
    Translator.closeBackground();
  }
}
