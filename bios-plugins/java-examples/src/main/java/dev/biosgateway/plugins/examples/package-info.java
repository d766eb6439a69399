/** Plugins in Java, one of each kind: components of Declarative Services, and nothing else. */
package dev.biosgateway.plugins.examples;
