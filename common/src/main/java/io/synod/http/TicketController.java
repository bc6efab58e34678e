package io.synod.http;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /api/tickets}: gives a ticket for one WebSocket, for pages, which cannot send their token with it. */
@RestController
public final class TicketController {

    /**
     * A ticket.
     *
     * @param ticket what goes into the WebSocket's URL as the parameter {@code ticket}
     * @param expiresInSeconds how long it is good
     */
    record Ticket(String ticket, int expiresInSeconds) {}

    private final Tickets tickets;

    public TicketController(Tickets tickets) {
        this.tickets = tickets;
    }

    @PostMapping("/api/tickets")
    @ResponseStatus(HttpStatus.CREATED)
    Ticket ticket(HttpServletRequest request) {
        return new Ticket(tickets.give(Caller.of(request)), Tickets.SECONDS);
    }
}
