"""The control API: what people do, what they see, and what goes wrong. JSON under `/control`.

    GET  /control/state                          bot, people, their groups and command menus
    POST /control/people                         {id, first_name, username?, language_code?}; again: renames
    POST /control/people/{id}/write              {text, chat_id?} -> the message
    POST /control/people/{id}/press              {message_id, button} -> {press_id} or {url}
    POST /control/people/{id}/block, /unblock    the bot
    POST /control/people/{id}/deactivate         they delete their account
    GET  /control/people/{id}/transcript         ?chat_id&after&since&timeout -> {revision, messages} with
                                                 ids above `after`; with `since` (a revision) it waits up
                                                 to `timeout` seconds for a change
    POST /control/groups                         {id, title, members}
    POST /control/groups/{id}/migrate            it becomes a supergroup -> {id}, its new id
    POST /control/groups/{id}/kick, /remove      the bot is kicked out, or removed
    POST /control/groups/{id}/silence            the bot may not write; /restore undoes the three
    POST /control/groups/{id}/delete
    GET  /control/calls                          ?method -> every Bot API call, its parameters and answer
    GET  /control/acceptances                    ?after -> every message taken from the bot: {number, at,
                                                 method, chat_id, message_id, text, silent, fault, ambiguous};
                                                 at most 10,000 above the number `after`
    GET  /control/events                         Server-Sent Events of every change
    GET  /control/files/{path}                   a file that the bot sent

What goes wrong (sandbox.control.faults; the kinds of faults are in sandbox.faults.fault):

    POST /control/faults                         {kind, count?, method?, chat?, retry_after?, hang?}
    DELETE /control/faults                       drops the faults by count
    POST /control/plan                           {seed, shares: {kind: share}, methods?, retry_after?, hang?}
    GET  /control/plan                           {seed, running, requests, happened: {kind: count}} or null
    DELETE /control/plan                         ends the faults by share; the counts can still be read
    POST /control/outage                         {kind}: every call is refused in this way
    GET  /control/outage                         {kind or null, calls: [{at, method, chat_id}]} of the latest
    DELETE /control/outage                       Telegram is up again
    POST /control/limits                         {enabled}

An outage comes before faults by count, and those before faults by share.
Impossible requests are answered with a status of 400 or above and `{"detail": sentence}`.
"""
