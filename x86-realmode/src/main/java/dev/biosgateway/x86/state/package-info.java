/** Named sections: how every component's state is saved, compared and restored. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.biosgateway.x86.state;
