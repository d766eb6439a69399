/** JUnit 5 extensions for authors of plugins. */
package dev.biosgateway.testkit;
