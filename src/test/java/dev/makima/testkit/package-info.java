/**
 * What the tests stand on: real peers and real processes instead of fakes of our own code. It knows the specification,
 * the agents' wire formats and git, and none of the product's rooms, so that no mistake of ours is made twice.
 */
@NullMarked
package dev.makima.testkit;

import org.jspecify.annotations.NullMarked;
