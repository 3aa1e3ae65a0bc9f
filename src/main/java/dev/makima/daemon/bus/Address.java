package dev.makima.daemon.bus;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A typed address of the local event bus: what is sent there, and what comes back.
 *
 * <p>Messages are immutable records handed over as they are ({@link LocalCodec}), and stay inside this process. An
 * answer travels in an {@link Outcome}, so that a failure arrives as the exception it was; the bus itself would
 * flatten it to a number and a text. Any thread may send; handlers run on the context of the verticle that set them.
 *
 * @param <Q> what is sent
 * @param <A> what is answered
 */
public final class Address<Q, A> {
    /** No request of ours waits longer: the store answers in milliseconds, or the disk is gone. */
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

    private final String name;
    private final Class<Q> type;
    private final Duration answerWithin;

    /** An address; {@link Addresses} holds them all but the store's. */
    public Address(String name, Class<Q> type) {
        this(name, type, ANSWER_WITHIN);
    }

    /** An address where an answer may take longer than the usual 30 s. */
    Address(String name, Class<Q> type, Duration answerWithin) {
        this.name = name;
        this.type = type;
        this.answerWithin = answerWithin;
    }

    /** Hands the message to the one consumer; there is no answer. */
    public void send(EventBus bus, Q message) {
        bus.send(name, message, options());
    }

    /** Hands the message to every consumer. */
    public void publish(EventBus bus, Q message) {
        bus.publish(name, message, options());
    }

    /**
     * Hands the message to the one consumer and completes with its answer, on the caller's context.
     *
     * @return fails with what the consumer failed with, or where nobody answers in time: within 30 s, unless the address has another limit
     */
    public Future<A> request(EventBus bus, Q message) {
        return bus.<Outcome<A>>request(name, message, options())
                .compose(reply -> reply.body().toFuture());
    }

    /** Takes messages that want no answer. Completes nothing: local registration is immediate. */
    public MessageConsumer<Q> consume(EventBus bus, Consumer<Q> handler) {
        return bus.localConsumer(name, message -> handler.accept(type.cast(message.body())));
    }

    /** Takes messages and answers each with what the future completes with. */
    public MessageConsumer<Q> answer(EventBus bus, Function<Q, Future<A>> handler) {
        return bus.localConsumer(
                name,
                message -> answered(handler, type.cast(message.body()))
                        .onComplete(result -> message.reply(Outcome.of(result), options())));
    }

    /** A mistake of the handler's is told to who asked, who would else wait for as long as the address allows. */
    private static <Q, A> Future<A> answered(Function<Q, Future<A>> handler, Q message) {
        try {
            return handler.apply(message);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private DeliveryOptions options() {
        return new DeliveryOptions()
                .setCodecName(LocalCodec.NAME)
                .setLocalOnly(true)
                .setSendTimeout(answerWithin.toMillis());
    }

    /** What came of a request. */
    private record Outcome<A>(@Nullable A value, @Nullable Throwable failure) {
        static <A> Outcome<A> of(io.vertx.core.AsyncResult<A> result) {
            return result.succeeded() ? new Outcome<>(result.result(), null) : new Outcome<>(null, result.cause());
        }

        Future<A> toFuture() {
            return failure == null ? Future.succeededFuture(value) : Future.failedFuture(failure);
        }
    }
}
