package dev.makima.testkit;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Flow;

/** Checks what went over the JDK's client against the OpenAPI document. Stateless. */
public final class ApiExchange {
    private ApiExchange() {}

    /** Throws an AssertionError where it is not as the document says. */
    public static void check(HttpResponse<String> response) {
        ApiContract.get()
                .check(new ApiContract.Exchange(
                        response.request().method(),
                        response.request().uri().normalize().getPath().replaceFirst("(?<=.)/+$", ""),
                        response.request().uri().getRawQuery(),
                        sent(response.request()),
                        response.statusCode(),
                        response.headers().firstValue("Content-Type").orElse(""),
                        response.body()));
    }

    /** The publishers of texts can be read again, at once, on this thread. */
    private static String sent(HttpRequest request) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        request.bodyPublisher()
                .ifPresent(publisher -> publisher.subscribe(new Flow.Subscriber<>() {
                    @Override
                    public void onSubscribe(Flow.Subscription subscription) {
                        subscription.request(Long.MAX_VALUE);
                    }

                    @Override
                    public void onNext(ByteBuffer buffer) {
                        byte[] part = new byte[buffer.remaining()];
                        buffer.get(part);
                        bytes.writeBytes(part);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        throw new AssertionError(failure);
                    }

                    @Override
                    public void onComplete() {}
                }));
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
