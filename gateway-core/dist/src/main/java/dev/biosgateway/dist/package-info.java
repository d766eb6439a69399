/** Starts the framework with the bundles of the runnable jar. */
package dev.biosgateway.dist;
