package dev.makima.testkit;

import io.vertx.core.json.JsonObject;

/**
 * One call that the agent made of the scripted model, for assertions.
 *
 * @param number counts all calls, from 1
 * @param method the HTTP method
 * @param path the path without the query
 * @param credential how the caller identified itself: x-api-key, bearer or none
 * @param key what it identified itself with, empty for none
 * @param prompt the last user prompt; empty for calls that are no messages
 * @param round the scenario's round that was played
 * @param step the step within it
 * @param attempt the how manieth call for this same step, from 1
 * @param body the request body; not to be changed
 */
public record ModelRequest(
        int number,
        String method,
        String path,
        String credential,
        String key,
        String prompt,
        int round,
        int step,
        int attempt,
        JsonObject body) {
    /** Whether this is a call of the model itself (and no token count, list of models or such). */
    public boolean isMessage() {
        return path.endsWith("/v1/messages");
    }

    /** Whether the answer was asked for as a stream. */
    public boolean stream() {
        return body.getBoolean("stream", false);
    }

    /** The system prompt, all blocks joined; empty where there is none. */
    public String system() {
        return switch (body.getValue("system")) {
            case String text -> text;
            case io.vertx.core.json.JsonArray blocks ->
                String.join(
                        "\n\n",
                        blocks.stream()
                                .map(block -> ((JsonObject) block).getString("text", ""))
                                .toList());
            case null, default -> "";
        };
    }

    /** Without the body, which is too long for a message. */
    @Override
    public String toString() {
        return number + " " + method + " " + path + " by " + credential + ", round " + round + " step " + step
                + " attempt " + attempt + ": " + prompt;
    }
}
