package dev.makima.server.api;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.server.contracts.QuestionWaits;
import dev.makima.server.core.Bus;
import dev.makima.server.core.News;
import dev.makima.server.store.Contract;
import dev.makima.server.store.QuestionTable;
import dev.makima.server.store.Store;
import dev.makima.server.store.ToolKeyTable;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What supervisors ask people, and the answers. Requests wait for these. To be used on one event loop. */
final class QuestionsApi {
    private static final long WAIT_MAX = 3600;
    private static final long TIMEOUT_MAX = 7L * 24 * 3600;
    private static final int CHOICES_MAX = 20;

    private final Store store;
    private final ContractStanding standing;
    private final QuestionWaits waits;
    private final Bus bus;
    private final News news;
    private final Clock clock;

    QuestionsApi(Store store, ContractStanding standing, QuestionWaits waits, Bus bus, News news, Clock clock) {
        this.store = store;
        this.standing = standing;
        this.waits = waits;
        this.bus = bus;
        this.news = news;
        this.clock = clock;
    }

    void ask(RoutingContext context) {
        Body body = Body.of(context);
        String question = body.needText("question");
        List<String> choices = body.texts("choices");
        if (choices.size() > CHOICES_MAX || choices.stream().anyMatch(one -> one.isBlank() || one.contains("\n"))) {
            throw Errors.validation(
                    "\"choices\" are more than " + CHOICES_MAX + ", or not each one line",
                    "Send fewer, or shorter ones");
        }
        String about = body.text("context");
        Long timeout = body.number("timeoutSecs", 1, TIMEOUT_MAX);
        Duration time = Duration.ofSeconds(timeout == null ? WAIT_MAX : timeout);
        long wait = Query.number(context, "wait", Math.min(time.toSeconds(), WAIT_MAX), 0, WAIT_MAX);
        standing.contract(context)
                .compose(contract -> {
                    Instant now = clock.instant();
                    return requireActive(contract)
                            .compose(_ -> store.questions()
                                    .ask(new QuestionTable.Asked(
                                            UUID.randomUUID(),
                                            contract.id(),
                                            asker(context, contract),
                                            question,
                                            choices,
                                            about,
                                            now,
                                            now.plus(time),
                                            null,
                                            null)));
                })
                .onFailure(context::fail)
                .onSuccess(id -> asked(context, id, wait));
    }

    private void asked(RoutingContext context, UUID id, long wait) {
        if (wait == 0) {
            Query.json(context, 201, new JsonObject().put("id", id.toString()));
            return;
        }
        await(context, id, wait, asked -> {
            if (asked.answer() == null) {
                context.fail(new MakimaException(
                        ErrorCode.TIMEOUT,
                        "nobody has answered question " + id,
                        asked.isOpen(clock.instant())
                                ? "Take the safer choice, and say so; what is answered later is told to the supervisor"
                                : "Take the safer choice, and say so: the question is closed"));
            } else {
                Query.json(context, 200, ContractJson.question(asked));
            }
        });
    }

    private static TaskId asker(RoutingContext context, Contract contract) {
        ToolKeyTable.Holder agent = Query.agent(context);
        return agent == null ? TaskId.of(contract.supervisorTaskId()) : agent.taskId();
    }

    private static Future<Void> requireActive(Contract contract) {
        return contract.completed()
                ? Future.failedFuture(new MakimaException(
                        ErrorCode.CONFLICT, "contract " + contract.id() + " is completed", "Decide yourself"))
                : Future.succeededFuture();
    }

    void list(RoutingContext context) {
        boolean open = "true".equals(Query.text(context, "open"));
        Page page = Page.asked(context, ContractStanding.LIMIT_DEFAULT, ContractStanding.LIMIT_MAX);
        standing.contract(context)
                .compose(contract -> store.questions()
                        .list(contract.id(), open ? clock.instant() : null, page.behind(), page.reads()))
                .onSuccess(found -> Query.json(
                        context,
                        200,
                        page.of("questions", found, ContractJson::question, QuestionTable.Asked::position)))
                .onFailure(context::fail);
    }

    void get(RoutingContext context) {
        UUID id = ContractFilesApi.part(context, "question", "question");
        long wait = Query.number(context, "wait", 0, 0, WAIT_MAX);
        await(context, id, wait, asked -> Query.json(context, 200, ContractJson.question(asked)));
    }

    private interface Then {
        void answer(QuestionTable.Asked asked);
    }

    /** Answers once the question is answered or over, or the time is. */
    private void await(RoutingContext context, UUID id, long seconds, Then then) {
        long deadline = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        standing.contract(context)
                .onFailure(context::fail)
                .onSuccess(contract -> look(context, contract.id(), id, deadline, then));
    }

    private void look(RoutingContext context, UUID contractId, UUID id, long deadline, Then then) {
        QuestionWaits.Wait wait;
        try {
            wait = waits.begin(id);
        } catch (MakimaException e) {
            context.fail(e);
            return;
        }
        context.response().exceptionHandler(_ -> wait.end());
        context.response().closeHandler(_ -> wait.end());
        store.questions()
                .get(contractId, id)
                .map(found -> found.orElseThrow(() -> Errors.notFound("no question " + id)))
                .onFailure(failure -> {
                    wait.end();
                    context.fail(failure);
                })
                .onSuccess(asked -> {
                    Duration left = left(asked, deadline);
                    if (left.isNegative() || left.isZero() || context.response().closed()) {
                        wait.end();
                        done(context, asked, then);
                    } else {
                        wait.atMost(left).onSuccess(_ -> {
                            if (!context.response().closed()) {
                                look(context, contractId, id, deadline, then);
                            }
                        });
                    }
                });
    }

    private Duration left(QuestionTable.Asked asked, long deadline) {
        if (!asked.isOpen(clock.instant())) {
            return Duration.ZERO;
        }
        Duration mine = Duration.ofNanos(deadline - System.nanoTime());
        Duration its = Duration.between(clock.instant(), asked.expiresAt());
        return mine.compareTo(its) < 0 ? mine : its;
    }

    private void done(RoutingContext context, QuestionTable.Asked asked, Then then) {
        // A HEAD has seen no answer.
        boolean askers = Query.agent(context) != null
                && asked.answer() != null
                && !context.request().method().equals(HttpMethod.HEAD);
        (askers ? store.questions().fetched(asked.id()) : Future.succeededFuture(true))
                .onFailure(context::fail)
                .onSuccess(_ -> then.answer(asked));
    }

    void answer(RoutingContext context) {
        UUID id = ContractFilesApi.part(context, "question", "question");
        String answer = Body.of(context).needText("answer");
        standing.contract(context)
                .compose(contract -> store.questions()
                        .get(contract.id(), id)
                        .map(found -> found.orElseThrow(() -> Errors.notFound("no question " + id)))
                        .compose(asked -> checked(asked, answer))
                        .compose(_ -> store.questions().answer(contract.id(), id, answer, clock.instant()))
                        .compose(done -> {
                            if (!done) {
                                return Future.failedFuture(new MakimaException(
                                        ErrorCode.CONFLICT,
                                        "question " + id + " was answered already, or its time is over",
                                        "Send the supervisor a message instead"));
                            }
                            bus.publishAnswer(id);
                            return store.questions().get(contract.id(), id);
                        }))
                .onSuccess(asked -> {
                    asked.ifPresent(found -> news.tell(found.taskId()));
                    Query.json(context, 200, ContractJson.question(asked.orElseThrow()));
                })
                .onFailure(context::fail);
    }

    private static Future<Void> checked(QuestionTable.Asked asked, @Nullable String answer) {
        return asked.choices().isEmpty() || asked.choices().contains(answer)
                ? Future.succeededFuture()
                : Future.failedFuture(Errors.validation(
                        "not one of the choices", "Choose one of: " + String.join(", ", asked.choices())));
    }
}
