/** Contracts: their phases and deliverables, what their supervisors are told, and what happens at their end. */
@NullMarked
package dev.makima.server.contracts;

import org.jspecify.annotations.NullMarked;
