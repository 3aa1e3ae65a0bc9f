package dev.makima.base;

/** A value that must not be seen: prints as asterisks, whoever logs the record that holds it. */
public record Secret(String reveal) {
    @Override
    public String toString() {
        return "****";
    }
}
