"""Every kind of threat or fault that is known, what is promised, and the tests that hold it.

A kind whose tests are still to be written has none; the document says so. A figure is read from the code.
"""

from dataclasses import dataclass

from bridge.heart.acts.look_up import PER_HOUR
from bridge.heart.case import REPLIES_A_DAY
from bridge.heart.shares import SHARE
from bridge.heart.step import LATER
from bridge.loops.dispatch import LONGEST_CALL
from bridge.loops.feed import LATER as SAID_AGAIN
from bridge.loops.introduction import EVERY
from bridge.loops.reconcile import LONG_ENOUGH, LOOKS
from bridge.model import MINUTE, SECOND
from bridge.moderation.opt_out import _ENOUGH, _MOST_WORDS
from bridge.privacy.secret import SHORTEST_SECRET
from bridge.raid.copies import PLAIN_SENDERS
from bridge.service.health import _FRESH, LONGEST_LAG
from bridge.service.steady import LARGEST_STEP, SETTLED
from bridge.statuspage.link import LASTS
from bridge.web.crowd import MOST, SHARE_OF_ONE
from bridge.web.measure import LARGEST_HEAD
from bridge.web.patience import SLOWEST_REQUEST
from channels.slack.members import FRESH
from channels.twilio.codes import _NOT_PROCESSED, _REFUSED
from channels.twilio.form import LIMIT_BYTES, LIMIT_FIELDS
from channels.twilio.log import MOST_PAGES, PAGE

KIB = 1024


@dataclass(frozen=True, slots=True)
class Threat:
    """One kind: what happens, what is promised, the tests that hold it, and a figure where there is one."""

    what: str
    promise: str
    tests: tuple[str, ...] = ()
    """Files, or single tests as pytest names them, below `tests/`."""
    figure: str = ""


KINDS = (
    Threat(
        "A text that is dear to look at: 1,600 × `$`, or characters that unfold to eighteen others",
        "The work a message costs grows with its length, whatever it holds; caps stand behind the unfolding.",
        ("text/test_cost.py",),
    ),
    Threat(
        "The provider's log shows a message with an empty body, a masked number, or too many to read",
        "What cannot be compared is unknown, not absent: the reply stays in doubt, and is not paid twice.",
        ("channels/test_sms_doubts.py", "loops/test_reconcile.py"),
        f"at most {MOST_PAGES * PAGE:,} messages of the log are read; {LOOKS} looks, the last "
        f"{LONG_ENOUGH // SECOND} s after the call or later",
    ),
    Threat(
        "Another program deletes or changes the webhook; a socket, a webhook or polling is refused for ever",
        "Each half of a channel has health: one that fails is told, and mended by itself where it can be.",
        (
            "channels/test_telegram_introduction.py::test_what_another_program_does_to_the_webhook_is_undone",
            "channels/test_telegram_introduction.py::test_a_webhook_that_telegram_cannot_reach_is_told_until_it_can",
            "channels/test_telegram_introduction.py::test_a_look_that_fails_says_why",
            "channels/test_slack_socket.py::test_a_connection_that_cannot_be_had_is_told_until_there_is_one",
            "service/test_troubles.py",
        ),
        f"the webhook is looked at every {EVERY:.0f} s",
    ),
    Threat(
        "The room refuses a note once (429)",
        "Nothing is recorded as done before its outcome is known: it is said later; only a doubt is dropped.",
        (
            "loops/test_feed.py::test_a_note_is_said_once_whatever_the_room_answers_first",
            "loops/test_feed.py::test_a_note_that_is_refused_keeps_nothing_else_back",
            "loops/test_feed.py::test_a_note_that_was_refused_is_said_after_a_restart",
        ),
        f"again after {SAID_AGAIN // SECOND} s",
    ),
    Threat(
        "A wall in between answers for the provider: 451 in plain text, 400 in HTML, 405",
        "Only codes of the provider's own table are final; after any other 4xx the reply waits, unsent.",
        (
            "channels/test_twilio_codes.py",
            "channels/test_sms_sending.py::test_each_answer_has_its_outcome_and_is_asked_for_once",
            "channels/test_telegram_sending.py::test_each_answer_has_its_outcome_and_is_asked_for_once",
        ),
        f"{len(_REFUSED)} codes are final, {len(_NOT_PROCESSED)} are tried again",
    ),
    Threat(
        "A receipt says that a message never left (30001, 30002: the account was suspended)",
        "Receipts and answers read one table: the money goes back, the reply waits, the channel is failing.",
        (
            "pot/test_late_refusals.py",
            "channels/test_twilio_codes.py::test_a_receipt_and_an_answer_read_one_table_of_what_was_not_sent",
            "channels/test_sms_sending.py::test_a_receipt_says_whether_the_reply_ever_left",
        ),
        f"it waits {LATER // MINUTE} min or more",
    ),
    Threat(
        "A 500, a timeout or kill -9 on a free channel that cannot be asked",
        "Doubt means once more, when the longest call has ended, and no more; never where it costs money.",
        ("loops/test_once_more.py",),
        f"the longest call takes {LONGEST_CALL // SECOND} s",
    ),
    Threat(
        "Opt-outs as people write them: in quotes, with an emoji, with thanks, with a signature below",
        "A stop word that opens a very short text counts, in every language; one in something said does not.",
        ("moderation/test_opt_out.py",),
        f"at most {_MOST_WORDS} words and {_ENOUGH} characters",
    ),
    Threat(
        "Whoever said STOP blocks and unblocks us, or is unmuted",
        "Each wish ends by its own word alone: unblocking ends a block, never a STOP.",
        ("heart/test_consent.py",),
    ),
    Threat(
        "An address in a form that no channel uses: `sms:0612345678`, `telegram:@name`, `telegramm:4242`",
        "It is checked by the channel it belongs to, in the country of our own number; else nobody is muted.",
        (
            "moderation/test_directory.py::test_whoever_is_named_is_found_in_the_country_of_our_own_number",
            "moderation/test_directory.py::test_what_names_nobody_is_refused_and_never_repeated",
            "moderation/test_directory.py::test_the_rules_exempt_only_somebody_whom_there_can_be",
            "moderation/test_directory.py::test_without_a_number_of_our_own_national_numbers_are_french",
        ),
    ),
    Threat(
        "Slack answers late when it is asked who somebody is",
        "Unknown is not no: nobody is told that they may not act because Slack did not say.",
        (
            "channels/test_slack_members.py::test_what_slack_does_not_say_is_unknown_and_no_last_word_counts",
            "channels/test_slack_members.py::test_an_answer_that_holds_no_list_makes_nobody_a_stranger",
            "channels/test_slack_doubt.py::test_a_moderator_whom_slack_does_not_name_is_not_refused",
            "channels/test_slack_doubt.py::test_silence_matters_only_where_it_would_decide",
        ),
    ),
    Threat(
        "An edit of the rules is refused",
        "The room is told, with line and mend; the old rules stay live.",
        (
            "cards/test_cards.py::test_an_edit_of_the_rules_that_is_refused_is_told_once",
            "service/test_rules_watch.py",
        ),
    ),
    Threat(
        "PostgreSQL stands behind PgBouncer in transaction mode",
        "It works, or is refused at start with the mend.",
        ("store/test_pooler.py",),
    ),
    Threat(
        "A list that is longer than what is shown; a card that somebody deleted on a quiet day",
        "Lists end with what they leave out; a deleted card is back within a minute.",
        (
            "cards/test_left_out.py",
            "loops/test_feed.py::test_a_card_that_is_deleted_on_a_quiet_day_is_back_within_a_minute",
        ),
    ),
    Threat(
        "The account has several numbers, or several bots",
        "Whoever wrote to a line is answered from it, or not at all.",
        (
            "channels/test_sms_sending.py::test_whoever_wrote_to_a_number_is_answered_from_it_or_not_at_all",
            "channels/test_telegram_sending.py::test_whoever_wrote_to_another_bot_is_not_answered_by_this_one",
        ),
    ),
    Threat(
        "A setting, a text of the rules or an argument that makes no sense, several at once",
        "Every complaint at once, one for each cause, each with its mend; nonsense never succeeds.",
        (
            "service/test_wrongs.py",
            "responses/test_causes.py",
            "service/test_backup.py::test_a_copy_leaves_nothing_else_behind",
        ),
    ),
    Threat(
        "A second `restore`, a copy of another secret, of a newer release, or one that is damaged",
        "Nothing is replaced before the copy is known to be good; what is replaced is kept under a new name.",
        ("service/test_restore.py", "service/test_backup.py"),
    ),
    Threat(
        "A folder for copies that is full, closed or holds others' files; a new release that does not start",
        "Only what was made here and still is that is removed; the room is told; the old release comes back.",
        ("service/test_nightly.py", "house/test_wheel.py"),
    ),
    Threat(
        "An act about more people than the database takes parameters; an event that cannot be stored",
        "No list is too long; what cannot be folded is put aside and told, and holds up nobody else.",
        (
            "store/test_wide.py::test_no_list_is_too_long",
            "loops/test_folding.py",
            "store/test_engines.py::test_what_does_not_fit_is_a_bug_and_not_the_weather",
            "store/test_engines.py::test_what_would_be_refused_again_is_never_told_as_trouble_with_the_database",
            "service/test_health.py",
        ),
        f"not ready when decisions are more than {LONGEST_LAG:.0f} s behind",
    ),
    Threat(
        "*Mute all*, its undo or *False alarm* on thousands of senders, while people write",
        "A wide act is done in steps; what comes in is stored in between.",
        ("store/test_wide.py",),
        f"{SHARE} senders a step",
    ),
    Threat(
        "Forged requests by the hundred, each made to be dear to read",
        "What may be forged costs nothing: without a signature no look; a form is read in a few steps.",
        ("channels/test_forgeries.py",),
        f"forms up to {LIMIT_BYTES // KIB} KiB and {LIMIT_FIELDS} fields",
    ),
    Threat(
        "Connections by the thousand, idle or trickling",
        "They are capped, a peer and in all; idle ones make room; descriptors are kept for what needs them.",
        (
            "web/test_connections.py::test_the_longest_idle_makes_room",
            "web/test_connections.py::test_nobody_who_is_served_makes_room",
            "web/test_connections.py::test_one_peer_has_its_share_and_a_proxy_near_us_all_of_it",
            "web/test_connections.py::test_unfinished_requests_are_bounded_in_all",
            "web/test_connections.py::test_a_full_house_is_told_once_a_minute",
            "web/test_connections.py::test_a_peer_is_who_can_be_told_apart",
            "web/test_connections.py::test_idle_connections_shut_nobody_out",
            "web/test_connections.py::test_those_being_answered_are_answered_however_many_come",
            "web/test_connections.py::test_a_trickle_holds_no_connection",
            "web/test_connections.py::test_a_line_that_strangers_cause_is_written_once_a_minute",
            "web/test_short_way.py::test_who_does_not_read_what_it_is_answered_is_not_answered_without_end",
            "web/test_connections.py::test_descriptors_are_kept_for_what_must_never_lack_one",
        ),
        f"{MOST:,} connections, one peer at most 1 in {SHARE_OF_ONE}; a request arrives within "
        f"{SLOWEST_REQUEST:.0f} s",
    ),
    Threat(
        "Headers, trailers or chunks without end",
        "They are bounded in size and not in time alone: 431, and closed.",
        (
            "web/test_connections.py::test_what_never_ends_is_refused_and_its_connection_closed",
            "web/test_connections.py::test_once_the_limit_is_passed_one_is_told_so",
            "web/test_connections.py::test_a_head_that_comes_at_once_is_measured_too",
            "web/test_connections.py::test_a_trailer_is_no_header",
            "web/test_connections.py::test_requests_are_not_gathered_behind_one_that_is_being_answered",
            "web/test_connections.py::test_a_body_that_nobody_reads_comes_to_an_end",
        ),
        f"{LARGEST_HEAD // KIB} KiB for all of them",
    ),
    Threat(
        "A pause of a channel in any case, or of one that there is not",
        "A pause is a pause: any case counts, and an unknown channel is refused by name.",
        (
            "moderation/test_directory.py::test_a_channel_is_known_in_any_case",
            "moderation/test_directory.py::test_an_unknown_channel_is_refused",
            "service/test_team.py::test_a_pause_keeps_sms_silent_until_it_is_resumed",
        ),
    ),
    Threat(
        "A reason or a text with markup, links, escapes or line ends for the terminal",
        "Words of people are words everywhere: one place makes text safe for a terminal.",
        ("house/test_terminal.py",),
    ),
    Threat(
        "A stranger, or who was removed, asks while Slack does not say who belongs; numbers are tried out",
        "Closed when in doubt; numbers are for admins, recorded, and limited.",
        (
            "channels/test_slack_doubt.py",
            "channels/test_slack_payloads.py::test_whoever_belongs_to_another_workspace_is_a_guest",
            "channels/test_slack_members.py::test_who_leaves_is_out_as_soon_as_slack_tells",
            "service/test_team.py::test_by_number_only_admins_ask_and_it_is_recorded_and_limited",
        ),
        f"a number may be asked about {PER_HOUR} times an hour",
    ),
    Threat(
        "Raiders paste ordinary openings, so that whoever says hello goes unanswered",
        "Only what makes up a share extends a raid; what people type each in their own way is no evidence.",
        ("raid/test_echo.py",),
        f"{PLAIN_SENDERS} senders of one form, where anybody might write it",
    ),
    Threat(
        "The database file is moved, removed or replaced while the service runs",
        "It is noticed before anything more is acknowledged.",
        ("store/test_moved.py",),
        "looked at with each transaction",
    ),
    Threat(
        "The system's clock jumps, or is far ahead at a start",
        "Nothing expires or is counted by a clock that just jumped, and it is told; nobody is forgotten by "
        "one that no provider confirms.",
        ("service/test_clock.py", "retention/test_vouching.py"),
        f"more than {LARGEST_STEP // SECOND} s at once; believed after {SETTLED // MINUTE} min",
    ),
    Threat(
        "Files that root leaves, that others can read, or that somebody removes; a secret typed as a filler",
        "Nobody is shut out, nobody is let in twice, and what stands open is warned of or refused.",
        ("service/test_exclusive.py", "privacy/test_secret.py"),
        f"a secret of {SHORTEST_SECRET} characters or more",
    ),
    Threat(
        "A provider writes one number in several ways: `+330612345678`",
        "One person is one sender: addresses are settled before they are hashed.",
        (
            "moderation/test_directory.py::test_one_person_is_one_sender_however_a_provider_writes_the_number",
            "moderation/test_directory.py::test_the_quick_look_at_a_number_finds_what_the_library_finds",
        ),
    ),
    Threat(
        "Odd callers at small doors: numbers in reasons, far times, redirects, bad questions; odd prices",
        "Each hears one sentence; numbers are hidden; a page is made once, however many look.",
        (
            "service/test_small_doors.py",
            "privacy/test_masking.py",
            "wording/test_years.py",
            "service/test_health.py",
            "pot/test_prices.py::test_a_price_that_cannot_be_is_not_believed",
        ),
        f"`/metrics` and `/readyz` are worked out once in {_FRESH:.0f} s",
    ),
)
"""What was found to go wrong, each with its relatives."""

WITHSTOOD = (
    Threat(
        "Forgeries over HTTP: without a signature, with a wrong one, altered, of another URL, replayed",
        "None is taken, and none leaves a trace in the journal.",
        (
            "channels/test_sms_webhooks.py::test_a_bad_call_is_refused_and_changes_nothing",
            "channels/test_sms_webhooks.py::test_headers_of_a_proxy_are_never_believed",
            "channels/test_twilio_signature.py",
            "service/test_bad_calls.py::test_a_call_that_is_not_the_providers_is_refused_and_leaves_nothing",
        ),
    ),
    Threat(
        "Forgeries of Slack and Telegram: secret, signature, time stamp, replays, payloads of any shape",
        "None is an act, and none is a message.",
        (
            "channels/test_slack_webhook.py::test_what_slack_did_not_sign_just_now_is_refused",
            "channels/test_slack_webhook.py::test_a_replayed_touch_changes_nothing",
            "channels/test_slack_webhook.py::test_a_payload_that_means_nothing_to_us_is_acknowledged_and_no_act",
            "channels/test_slack_webhook.py::test_no_shape_of_payload_upsets_the_room",
            "channels/test_telegram_webhooks.py::test_a_bad_call_changes_nothing",
            "channels/test_telegram_webhooks.py::test_a_repeat_and_a_replay_are_the_same_event",
        ),
    ),
    Threat(
        "Whoever has no right to act: strangers, former members, people of other groups",
        "Refused, recorded, and nothing changes, whatever the verb.",
        (
            "heart/test_roles.py",
            "heart/test_acts.py::test_who_may_act_is_decided_by_stable_ids",
            "heart/test_acts.py::test_a_refusal_is_recorded_and_changes_nothing",
            "heart/test_verbs.py::test_what_each_verb_is_about_and_who_may",
            "channels/test_slack_members.py",
        ),
        f"a membership is remembered for {FRESH // SECOND} s",
    ),
    Threat(
        "Kill after kill, under traffic and faults of the provider, on SQLite and on PostgreSQL",
        "Nothing is lost, doubled or overspent, whichever process folds.",
        (
            "chaos/test_kills.py",
            "chaos/test_counts.py",
            "store/test_memory.py::test_another_process_that_takes_over_knows_what_the_first_one_folded",
            "store/test_memory.py::test_while_one_process_folds_another_does_not_and_forgets_what_it_knew",
            "store/test_store_contract.py::test_strangers_met_at_once_by_several_processes_get_one_key_each",
            "store/test_lock_order.py",
            "service/test_pipeline.py",
        ),
    ),
    Threat(
        "One of several processes dies, stands still or loses the network; PostgreSQL crashes",
        "Another one leads within 5 s; nothing is lost, doubled or overspent, and the chain stays whole.",
        (
            "chaos/test_several.py",
            "store/test_lead.py",
            "service/test_several.py",
        ),
    ),
    Threat(
        "Raiders want the pot: floods, crowds, long texts, dear countries",
        "Spent and reserved never exceed what is allowed.",
        ("pot/test_pot.py", "heart/test_fold_properties.py", "heart/test_step.py"),
        f"at most {REPLIES_A_DAY} replies to one sender in 24 hours",
    ),
    Threat(
        "One part is broken at the start: the rules file, an adapter's package, what a provider refuses",
        "What is sound starts without it, on the last good rules where need be, and everybody is told.",
        ("service/test_broken_setups.py",),
    ),
    Threat(
        "What a dry run held back floods out when it is over",
        "What was decided in one, or came due in one, never leaves.",
        ("heart/test_dry_run.py",),
    ),
    Threat(
        "Hostile Unicode and markup in cards, windows and notifications",
        "It leaves as plain text within Slack's limits: no mention, no link, no line of its own.",
        ("channels/test_slack_drawing.py", "cards/test_cards.py::test_no_card_grows_past_what_rooms_allow"),
    ),
    Threat(
        "Numbers, texts and secrets in logs, metrics, errors and refusals",
        "None stands there.",
        (
            "service/test_observability.py",
            "service/test_command.py::test_no_secret_is_ever_logged",
            "service/test_command.py::test_nothing_of_a_person_can_be_read_in_the_file",
            "service/test_bad_calls.py::test_the_health_pages_tell_nothing_personal",
            "channels/test_slack_logs.py",
            "channels/test_sms_sending.py::test_numbers_texts_and_secrets_never_reach_the_log",
            "channels/test_sms_webhooks.py::test_refusals_repeat_nothing_of_what_came",
            "channels/test_telegram_sending.py::test_chats_texts_and_the_token_never_reach_the_log",
            "channels/test_telegram_polling.py::test_nothing_private_reaches_the_log",
        ),
    ),
    Threat(
        "Summer time begins or ends",
        "Quiet hours, rules and what is told go by the clock on the wall; money, holds and mutes by UTC.",
        (
            "heart/test_timing.py",
            "responses/test_choose.py::test_summer_time_is_kept",
            "responses/test_wording.py::test_dates_and_times_are_those_of_the_language_and_the_zone",
        ),
    ),
    Threat(
        "A link to the status page is guessed, changed, passed on or kept; the page is asked for endlessly",
        "A link opens what it names for as long as it says; no number, text or handle stands behind it, and "
        "the public page, which tells no figure, is made once a minute.",
        (
            "statuspage/test_link.py",
            "statuspage/test_answers.py",
            "statuspage/test_public.py",
            "statuspage/test_course.py::test_the_page_says_what_the_cards_say_and_nothing_about_anybody",
        ),
        f"a link is good for {LASTS // MINUTE} minutes",
    ),
    Threat(
        "A forum rings the number all night, with or without its own",
        "Each call hears a busy line, which is never billed, and is recorded; nobody's reply waits for it.",
        ("channels/test_twilio_calls.py", "heart/test_calls.py", "service/test_calls.py"),
    ),
    Threat(
        "Somebody writes over SMS and over WhatsApp, to be answered twice or after a STOP",
        "One number is one person, whichever way they write; what comes too late is never handed over.",
        ("service/test_whatsapp.py", "heart/test_window.py"),
    ),
    Threat(
        "A photo that is none, endless, or lies on somebody else's server",
        "None is fetched by itself; on an admin's word from the provider alone, and looked into by nothing.",
        ("channels/test_media.py",),
    ),
)
"""What was tried and did no harm, kept so that it stays so."""
