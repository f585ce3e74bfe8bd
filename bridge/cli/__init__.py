"""The command line: thin, each command hands over to the room that knows. Floor 4.

Exit status: 0 done or fine; 1 what was checked is not fine; 2 wrong usage or configuration.
Errors are one plain sentence on stderr, never a traceback.
"""

import io
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bridge.cli.help_said import framed, spoken
from bridge.cli.lines import with_line
from bridge.cli.running import done
from bridge.cli.terminal import heard, put_line, put_lines
from bridge.errors import Misconfigured, RempartError

if TYPE_CHECKING:  # catalogues take longer to load than most commands
    from bridge.wording import Words

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Reveal = Annotated[bool, typer.Option("--reveal", help="Show numbers beside handles; it is recorded.")]
Length = Annotated[str | None, typer.Option("--for", help="How long, such as 2h or 7d.")]


class _Group(typer.core.TyperGroup):
    """Commands, of which one that is misspelled is told with the one that is likely meant."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return spoken(super().get_command(ctx, cmd_name))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        spoken(self)
        framed(super().format_help, ctx, formatter)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Raises `Misconfigured` for one that there is not, with the one that is likely meant."""
        if args and self.get_command(ctx, args[0]) is None:
            from bridge.cli.guessing import no_command

            raise no_command(args[0], self.list_commands(ctx), ctx.command_path)
        return super().resolve_command(ctx, args)


class _Commands(_Group):
    """The commands below; and one for each verb that is typed by its name and has none of its own."""

    def list_commands(self, ctx: Any) -> list[str]:
        from bridge.cli.verbs import typed

        return list(dict.fromkeys([*super().list_commands(ctx), *typed()]))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        from bridge.cli.verbs import command, typed

        known, verb = super().get_command(ctx, cmd_name), typed().get(cmd_name)
        found = known or (verb and command(verb))
        return found and spoken(with_line(found))


HELP = {"help_option_names": ["-h", "--help"]}

app = typer.Typer(
    name="rempart",
    cls=_Commands,
    no_args_is_help=True,
    context_settings=HELP,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _say_release(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        put_line(f"rempart {version('rempart')}")
        raise typer.Exit


Release = Annotated[
    bool,
    typer.Option("--version", is_eager=True, callback=_say_release, help="Say which release this is."),
]


@app.callback()
def every(*, version: Release = False) -> None:
    """The bridge that keeps a decoy number alive under attack."""
    del version  # it was said by then


@app.command()
def run(
    strict: Annotated[
        bool, typer.Option("--strict", help="Start only where `rempart doctor` finds nothing wrong.")
    ] = False,
) -> None:
    """Run the service, configured by the environment or by .env.

    What is sound goes on without the rest: a broken rules file is made up for by the last good rules.
    """
    from bridge.cli.run import run as serve

    done(serve(strict=strict))


@app.command()
def init() -> None:
    """Set Rempart up in this folder: asks, checks each answer at once, writes .env and responses.yaml.

    Stopped at any question, it goes on there when it is run again.
    """
    from bridge.cli.init import init as interview

    raise typer.Exit(done(interview()))


@app.command("install-service")
def install_service(
    *,
    only_print: Annotated[bool, typer.Option("--print", help="Show both files, and write nothing.")] = False,
    root: Annotated[
        Path, typer.Option(help="Where the system's own folders begin, as in an image.", metavar="FOLDER")
    ] = Path("/"),
) -> None:
    """Have systemd run the installation in this folder, and Caddy stand before it. Asks nothing.

    Writes the unit and Caddy's block, never over a file that it did not write, and says what to type next.
    """
    from bridge.cli.install_service import install_service as install

    raise typer.Exit(install(root, only_print=only_print))


@app.command()
def update(
    wanted: Annotated[
        str | None,
        typer.Argument(help="A release such as 1.2.0, or a wheel; else the newest.", metavar="WHAT"),
    ] = None,
    *,
    only_print: Annotated[
        bool, typer.Option("--print", help="Show what would be done, and do nothing.")
    ] = False,
) -> None:
    """Install a newer release: copies the database first, and goes back where the new one is not ready.

    Run it in the folder of your installation. Where it cannot know how that was made, it says what to type.
    """
    from bridge.cli.update import update as renew

    raise typer.Exit(renew(wanted, only_print=only_print))


rules = typer.Typer(
    cls=_Group,
    help="Rules about phrases that `find` made: list or end them. Keep up with the rules that are shipped.",
    rich_markup_mode=None,
)
app.add_typer(rules, name="rules")


@rules.callback(invoke_without_command=True)
def rules_in_force(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Rules about phrases that `find` made: list or end them. Keep up with the rules that are shipped."""
    from bridge.cli.find import show_rules

    if ctx.invoked_subcommand is None:
        done(show_rules(as_json=as_json))


@rules.command("end")
def rules_end(rule: Annotated[str, typer.Argument(help="Its id, as the list shows it.")]) -> None:
    """End a rule about a phrase; whom it has caught is left as they are."""
    from bridge.cli.team import act
    from bridge.heart.acts import end_rule

    raise typer.Exit(done(act(end_rule.VERB, rule)))


@rules.command("diff")
def rules_diff() -> None:
    """Show what changed in the shipped rules since yours were made out of them."""
    from bridge.cli.rules import diff

    raise typer.Exit(diff())


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Where the page is served.", min=1, max=65535)] = 8000,
    exit_after: Annotated[float | None, typer.Option(help="Stop by itself after so many seconds.")] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False,
) -> None:
    """Run the whole product on local stand-ins of the providers; no account is needed."""
    from bridge.demo.run import demo as show

    if exit_after is not None and not exit_after >= 0:  # also what is no number at all
        raise typer.BadParameter("--exit-after takes seconds, 0 at least.")
    done(show(port, exit_after, browser=not no_browser))


@app.command()
def check(
    file: Annotated[
        Path | None, typer.Argument(help="The rules file.", show_default="responses.yaml")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Lint a rules file: schema, unreachable rules, segments and euros of each reply."""
    from bridge.cli.check import check as lint

    raise typer.Exit(lint(file, as_json=as_json))


@app.command("try")
def try_(
    text: Annotated[str, typer.Argument(help="What somebody might write.")],
    channel: Annotated[str, typer.Option(help="The channel it comes in on.")] = "sms",
    number: Annotated[str | None, typer.Option("--from", help="The number it comes from.")] = None,
    at: Annotated[str | None, typer.Option(help="When, such as 2026-11-21T22:30:00Z.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show which rule fires for a text, the reply and its price. Sends nothing."""
    from bridge.cli.try_out import try_out

    try_out(text, channel=channel, number=number, at=at, as_json=as_json)


@app.command()
def doctor(
    as_json: AsJson = False,
    watch: Annotated[bool, typer.Option("--watch", help="Look again every half minute.")] = False,
) -> None:
    """Look at everything that an installation needs, and say how to mend what is wrong. Changes nothing."""
    from bridge.cli.doctor import doctor as look

    raise typer.Exit(done(look(as_json=as_json, watch=watch)))


@app.command()
def replay(
    trace: Annotated[
        Path | None, typer.Argument(help="A trace of JSON lines; - for standard input.", metavar="TRACE")
    ] = None,
    *,
    responses: Annotated[Path | None, typer.Option(help="The rules to replay it under.")] = None,
    labels: Annotated[Path | None, typer.Option(help="What each message is, to be scored by.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where the rows go; - for standard output.")] = None,
    summary: Annotated[Path | None, typer.Option(help="Where the summary goes, as JSON.")] = None,
    report: Annotated[Path | None, typer.Option(help="Where a page for people goes, as HTML.")] = None,
    journal: Annotated[bool, typer.Option("--journal", help="Replay the service's own journal.")] = False,
    since: Annotated[str | None, typer.Option(help="With --journal: compare from this time on.")] = None,
    until: Annotated[str | None, typer.Option(help="With --journal: stop before this time.")] = None,
    as_json: AsJson = False,
) -> None:
    """Run a recorded trace, or the journal, through the live pipeline in virtual time. Sends nothing."""
    from bridge.cli.replay import Wanted, replay_trace
    from bridge.cli.replay_journal import replay_journal

    wanted = Wanted(out, summary, report, as_json)
    if journal and not (trace or labels or out or summary):
        done(replay_journal(responses=responses, since=since, until=until, report=report, as_json=as_json))
    elif trace and not (journal or since or until):
        replay_trace(trace, wanted, responses=responses, labels=labels)
    else:
        raise typer.BadParameter("Give a trace, or --journal with --since and --until, and not both.")


@app.command()
def status(
    as_json: AsJson = False,
    link: Annotated[
        bool, typer.Option("--link", help="Print a link to the page with pictures, good for 15 minutes.")
    ] = False,
) -> None:
    """Show how things stand: channels, money, replies. Ends with 1 when no service runs."""
    from bridge.cli.status import show_status

    if link:
        from bridge.cli.status_link import show_link

        show_link(as_json=as_json)
        return
    raise typer.Exit(done(show_status(as_json=as_json)))


@app.command()
def mutes(as_json: AsJson = False, reveal: Reveal = False) -> None:
    """List who is muted, until when, by whom and why."""
    from bridge.cli.team import show_mutes

    done(show_mutes(as_json=as_json, reveal=reveal))


@app.command()
def report(
    raid: Annotated[str, typer.Argument(help="The raid's id, or its name such as 'Copper Squall'.")],
    out: Annotated[Path | None, typer.Option(help="Where a page for people goes, as HTML.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell what a raid was: who wrote, who was answered, what it cost and what it was spared."""
    from bridge.cli.report import show_report

    done(show_report(raid, out=out, as_json=as_json))


@app.command()
def why(
    asked: Annotated[
        str, typer.Argument(help="A sender as in `mute`; or a message's id.", metavar="MESSAGE|SENDER")
    ],
    as_json: AsJson = False,
    reveal: Reveal = False,
) -> None:
    """Tell in one or two sentences why a sender, or a message, is held, muted or answered."""
    from bridge.cli.team import show_why

    done(show_why(asked, as_json=as_json, reveal=reveal))


@app.command()
def doubtful(
    undo: Annotated[
        str | None, typer.Option(help="Take back what was answered or dropped.", metavar="ACT")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the doubtful people who wait, by what they share; `answer` and `drop` deal with a group."""
    from bridge.cli.doubtful import doubtful as look

    raise typer.Exit(done(look(undo=undo, as_json=as_json)))


@app.command()
def answer(
    target: Annotated[
        str,
        typer.Argument(help="A sender as in `mute`; or a group of `doubtful`.", metavar="SENDER|GROUP"),
    ],
    reply: Annotated[
        str | None,
        typer.Argument(help="The id of a reply; the one that the rules give when left out.", metavar="REPLY"),
    ] = None,
    *,
    say: Annotated[
        str | None, typer.Option(help="Own words instead, where organisers: may_write allows it.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why; it is recorded.")] = "",
) -> None:
    """Answer one person by hand, within the same limits as any reply; or a group of doubtful people."""
    from bridge.cli.answer import answer_whom

    raise typer.Exit(done(answer_whom(target, reply, say=say, reason=reason)))


@app.command()
def find(
    phrase: Annotated[
        str | None, typer.Argument(help="What they wrote, however disguised; re: begins a pattern.")
    ] = None,
    *,
    since: Annotated[str | None, typer.Option(help="How far back, such as 7d; 24h when left out.")] = None,
    mute: Annotated[str | None, typer.Option(help="Mute whoever wrote it, for so long.")] = None,
    hold: Annotated[str | None, typer.Option(help="Hold their replies back, for so long.")] = None,
    rule: Annotated[
        str | None, typer.Option(help="Catch whoever writes it next.", metavar="mute|hold")
    ] = None,
    length: Annotated[str | None, typer.Option("--for", help="With --rule: how long it lasts.")] = None,
    spare: Annotated[
        list[str] | None, typer.Option("--not", help="A handle to leave out; again for more.")
    ] = None,
    texts: Annotated[bool, typer.Option("--texts", help="Show three texts; the look is recorded.")] = False,
    page: Annotated[int, typer.Option(help="With --texts: which three.", min=1)] = 1,
    reason: Annotated[str, typer.Option(help="Why; the team sees it.")] = "",
    undo: Annotated[str | None, typer.Option(help="Take back what was done.", metavar="ACT")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    as_json: AsJson = False,
) -> None:
    """Find who wrote a phrase: a preview with counts first, then mute, hold back, or make it a rule."""
    from bridge.cli.find import Wanted
    from bridge.cli.find import find as look

    shown = page if texts else 0
    wanted = Wanted(mute, hold, rule, length, tuple(spare or ()), shown, reason, yes, as_json)
    raise typer.Exit(done(look(phrase, since, wanted, take_back=undo)))


@app.command()
def teach(
    label: Annotated[
        str | None, typer.Argument(help="What the texts are.", metavar="ordinary|abusive")
    ] = None,
    target: Annotated[
        str | None, typer.Argument(help="A raid's id; or a sender as in `mute`.", metavar="RAID|SENDER")
    ] = None,
    undo: Annotated[str | None, typer.Option(help="Take a lesson back.", metavar="LESSON")] = None,
    reason: Annotated[str, typer.Option(help="Why; `rempart lessons` shows it.")] = "",
) -> None:
    """Tell the register model what texts are: a small correction within fixed limits, which can be undone."""
    from bridge.cli.teach import teach as tell

    raise typer.Exit(done(tell(label, target, undo=undo, reason=reason)))


@app.command()
def lessons(as_json: AsJson = False) -> None:
    """List what was taught, about whom, by whom and when; and what was undone."""
    from bridge.cli.teach import show_lessons

    done(show_lessons(as_json=as_json))


@app.command()
def shield(
    length: Length = None,
    off: Annotated[bool, typer.Option("--off", help="Take it down before its time.")] = False,
) -> None:
    """Answer only new people who look ordinary, for 2 h unless said otherwise; it comes down by itself."""
    from bridge.cli.team import act
    from bridge.heart.acts import shield as up
    from bridge.heart.acts import unshield as down

    if off and length is not None:
        raise Misconfigured("--off takes the shield down at once: leave --for out.")
    raise typer.Exit(done(act(down.VERB if off else up.VERB, length=length)))


@app.command(context_settings={"ignore_unknown_options": True})  # an amount may begin with a minus
def pot(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            help="How it changes, and by how much.", metavar="[set|add|correct EUROS | open | close]"
        ),
    ] = None,
    length: Annotated[str | None, typer.Option("--for", help="How long it is open, such as 12h.")] = None,
    reason: Annotated[str, typer.Option(help="Why it changes; the team sees it.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show the pot and the prices; set, top up or correct it; lift the limits of hour and day for today."""
    from bridge.cli.pot import pot as show_or_change

    raise typer.Exit(done(show_or_change(words or [], length=length, reason=reason, as_json=as_json)))


@app.command()
def simulate(
    scenario: Annotated[
        str,
        typer.Argument(
            help="1 flood, 2 copies, 3 insults, 4 drip, 5 television, 6 rule-aware, 7 disguises, "
            "8 blocks, 9 languages, 10 quiet (or quiet-busy), 11 weekend, 12 evening-news, "
            "13 adaptive, 14 paraphrase, 15 shared-token, half-day, calls; "
            "the name or the number."
        ),
    ],
    *,
    seed: Annotated[int, typer.Option(help="The same seed gives the same trace.")] = 1,
    out: Annotated[
        Path | None, typer.Option(help="Where the trace goes.", show_default="standard output")
    ] = None,
    labels: Annotated[Path | None, typer.Option(help="Where the labels go, if anywhere.")] = None,
    ordinary: Annotated[Path | None, typer.Option(help="Ordinary texts to use, one a line.")] = None,
    abuse: Annotated[Path | None, typer.Option(help="Abusive texts to use, one a line.")] = None,
    hard: Annotated[
        Path | None, typer.Option(help="Harmless texts in rough words to use, one a line.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="The language of the texts: fr, en, es or ar.")] = None,
) -> None:
    """Write a labelled trace of a raid, or of a quiet time, for `rempart replay`."""
    from bridge.cli.simulate import simulate as write

    write(
        scenario,
        seed=seed,
        out=out,
        labels=labels,
        ordinary=ordinary,
        abuse=abuse,
        hard=hard,
        language=language,
    )


@app.command()
def forget(
    sender: Annotated[
        str, typer.Argument(help="A handle (brave-heron-42), a number, or telegram:ID.", metavar="SENDER")
    ],
    as_json: AsJson = False,
) -> None:
    """Erase what a person wrote, and their number, for good; unless a raid holds their record."""
    from bridge.cli.forget import forget as erase

    raise typer.Exit(done(erase(sender, as_json=as_json)))


@app.command()
def exposures(
    since: Annotated[str, typer.Option(help="How far back, such as 24h or 7d.")] = "7d",
    as_json: AsJson = False,
) -> None:
    """List who of the team has opened how many texts, so that the load can be shared."""
    from bridge.cli.exposures import show_exposures

    done(show_exposures(since, as_json=as_json))


@app.command()
def privacy(
    out: Annotated[
        Path | None, typer.Option(help="Where the page goes.", show_default="standard output")
    ] = None,
    drafts: Annotated[
        Path | None, typer.Option(help="A folder for register.html and impact.html, for a lawyer.")
    ] = None,
) -> None:
    """Write the page that tells people what is kept of them, in French and English, from responses.yaml."""
    from bridge.cli.privacy import privacy as write

    raise typer.Exit(write(out, drafts))


@app.command()
def card(
    out: Annotated[Path, typer.Option(help="Where the PDF goes.")] = Path("card.pdf"),
    address: Annotated[
        list[str] | None,
        typer.Option(
            help="What people write to, such as @your_bot; again for more.", show_default="the number"
        ),
    ] = None,
) -> None:
    """Make the card for those who give the number away, in French and English, to print and to cut."""
    from bridge.cli.card import card as make

    make(out, address or [])


secret = typer.Typer(cls=_Group, no_args_is_help=True, rich_markup_mode=None)
app.add_typer(secret, name="secret")


@secret.callback()
def _secret() -> None:
    """The key that wraps the senders' keys."""


@secret.command()
def rotate(
    key_file: Annotated[
        Path | None,
        typer.Option(help="Where the new key goes.", show_default="REMPART_KEY_FILE, or beside the database"),
    ] = None,
) -> None:
    """Wrap every sender's key by a new one, while no service runs. Nobody is renamed.

    Cut off at any moment, the same command goes on where it was.
    """
    from bridge.cli.rotate import rotate_secret

    done(rotate_secret(key_file))


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="Where the copy goes.")]) -> None:
    """Copy the database, also while the service runs."""
    from bridge.cli.backup import backup as copy

    done(copy(file))


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="A copy that `rempart backup` made.")]) -> None:
    """Put a copy back; what was due meanwhile is checked at the provider before it is sent."""
    from bridge.clock import system_clock
    from bridge.environment import meant, read_environment
    from bridge.service.backups import restore as put_back
    from bridge.service.lines import settings_of
    from bridge.settings import read_settings

    aside = put_back(settings_of(read_settings(read_environment()), meant.get()), file, system_clock())
    put_line("The copy is in place." + (f" The old database is {aside}." if aside else ""))


@app.command("migrate-store")
def migrate_store(
    origin: Annotated[str, typer.Argument(help="The database's URL as it is.", metavar="FROM")],
    destination: Annotated[str, typer.Argument(help="That of an empty one.", metavar="TO")],
) -> None:
    """Move everything to another database, from SQLite to PostgreSQL or back, while no service runs.

    Cut off at any moment, the same command goes on where it was. Passwords may stand in PGPASSFILE instead.
    """
    from bridge.cli.migrate_store import migrate_store as move

    done(move(origin, destination))


evidence = typer.Typer(
    name="evidence",
    cls=_Group,
    help="Export a dossier that can be checked to the byte; check one; pin the log.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
app.add_typer(evidence)


@evidence.command("export")
def evidence_export(
    out: Annotated[Path, typer.Option("--out", help="Where the dossier goes, such as raid.zip.")],
    *,
    raid: Annotated[str | None, typer.Option(help="A raid's id.", metavar="ID")] = None,
    since: Annotated[
        str | None, typer.Option(help="With --until: all that came in from this time on.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="And before this time.")] = None,
    sender: Annotated[str | None, typer.Option(help="One sender alone: a handle or a number.")] = None,
    encrypt_to: Annotated[
        list[str] | None, typer.Option(help="An age recipient (age1...) or SSH key; may be repeated.")
    ] = None,
    compare: Annotated[bool, typer.Option(help="Hold it against the provider's own log.")] = True,
    media: Annotated[
        bool, typer.Option("--media", help="Fetch photos and files from the provider, unseen.")
    ] = False,
    asked_by: Annotated[str | None, typer.Option(hidden=True)] = None,
    as_json: AsJson = False,
) -> None:
    """Export what was received, with the proof that nothing of it was touched. It is recorded."""
    from bridge.cli.evidence import export

    raise typer.Exit(
        done(
            export(
                out,
                raid=raid,
                since=since,
                until=until,
                sender=sender,
                asked_by=asked_by,
                compare=compare,
                media=media,
                encrypt_to=encrypt_to or [],
                as_json=as_json,
            )
        )
    )


@evidence.command("verify")
def evidence_verify(
    file: Annotated[Path, typer.Argument(help="A dossier.", metavar="FILE.zip")],
    against: Annotated[
        Path | None, typer.Option(help="An older dossier: is its log the begin of this one?")
    ] = None,
    head: Annotated[
        Path | None, typer.Option(help="A file with a pinned head: likewise.", metavar="CHECKPOINT")
    ] = None,
    webhook_key: Annotated[
        Path | None, typer.Option(help="A file with the key that the provider signs its requests with.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tell whether a dossier is as it was made, and what was touched where. Needs no database, no network."""
    from bridge.cli.evidence import verify

    raise typer.Exit(verify(file, against=against, head=head, key=webhook_key, as_json=as_json))


@evidence.command("pin")
def evidence_pin(as_json: AsJson = False) -> None:
    """Pin the log now, and print its signed head: keep it somewhere else, and hold dossiers against it."""
    from bridge.cli.evidence import pin

    done(pin(as_json=as_json))


@evidence.command("key")
def evidence_key(as_json: AsJson = False) -> None:
    """Show the public key that the log is signed with."""
    from bridge.cli.evidence import key

    done(key(as_json=as_json))


campaign = typer.Typer(
    name="campaign",
    cls=_Group,
    help="Fingerprints of what a raid pasted, as a signed file: tell other teams, and know what they tell.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
app.add_typer(campaign)


@campaign.command("export")
def campaign_export(
    raid: Annotated[str, typer.Argument(help="The raid's id, or its name such as 'Copper Squall'.")],
    out: Annotated[Path, typer.Option("--out", help="Where the file goes, such as raid.campaign.")],
    teller: Annotated[
        str | None,
        typer.Option("--as", help="What your team is called there.", show_default="controller.name"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a raid's fingerprints to a file for teams that you trust: no text, no number. It is recorded."""
    from bridge.cli.campaign import export

    done(export(raid, out, teller=teller, as_json=as_json))


@campaign.command("import")
def campaign_import(
    file: Annotated[Path, typer.Argument(help="What another team wrote, or you yourself.")],
    *,
    length: Annotated[
        str | None, typer.Option("--for", help="How long it counts.", show_default="90d")
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="The key that they told you: it is imported if it is theirs.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    as_json: AsJson = False,
) -> None:
    """Know the pastes of a raid elsewhere: they are seen here at the second message. It is recorded."""
    from bridge.cli.campaign import take_in

    raise typer.Exit(done(take_in(file, length=length, key=key, yes=yes, as_json=as_json)))


@campaign.command("list")
def campaign_list(as_json: AsJson = False) -> None:
    """List what other teams told and counts: until when, and who imported it."""
    from bridge.cli.campaign import show_list

    done(show_list(as_json=as_json))


@campaign.command("forget")
def campaign_forget(
    name: Annotated[str, typer.Argument(help="As the list names it.", metavar="CAMPAIGN")],
) -> None:
    """Let it count no more; what was decided by it stays decided."""
    from bridge.cli.campaign import forget as unheed

    raise typer.Exit(done(unheed(name)))


def main() -> None:
    """The command `rempart`."""
    _open_streams()
    try:
        _insist_on_a_folder()
        status_code = app(standalone_mode=False, prog_name="rempart")
        _said()
    except typer.TyperException as error:
        _fail(_sentence(error), error.exit_code)
    except RempartError as error:
        _fail(str(error), error.exit_status)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(1)
    except OSError as error:  # a file that a command was told of, and that the system does not give
        refused = _refused(error)
        _fail(str(refused), refused.exit_status)
    sys.exit(status_code if isinstance(status_code, int) else 0)


def _open_streams() -> None:
    """Whoever closed one neither hears nor says anything; what a terminal cannot show ends no command."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - until we end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _said() -> None:
    """Everything has left for standard output; where it cannot, that is said here, and not as we end."""
    try:
        with heard():
            sys.stdout.flush()
    except (BrokenPipeError, RempartError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python tries again as it ends
        raise


def _refused(error: OSError) -> RempartError:
    """What the system does not give."""
    reason = error.strerror or "unknown reason"
    if error.filename is None:
        return RempartError(f"The system refuses what this takes ({reason}).")
    return Misconfigured(
        f"{error.filename} cannot be used ({reason}): name another file, or mend its rights."
    )


def _insist_on_a_folder() -> None:
    """Whatever is named without a leading slash is looked for in it. Raises `Misconfigured`."""
    try:
        Path.cwd()
    except OSError as error:
        raise Misconfigured(_words()("no_folder_here")) from error


def _sentence(error: typer.TyperException) -> str:
    """What is wrong, and how it is written; of an option that there is not, which one is likely meant."""
    from bridge.cli.guessing import is_bare, no_option, wrong_usage

    if is_bare(error):
        put_lines([error.format_message()])
        return _words()("which_command")
    return no_option(error) if getattr(error, "option_name", None) else wrong_usage(error)


def _words() -> "Words":
    from bridge.cli.speech import words

    return words().within("command")


def _fail(sentence: str, exit_status: int) -> None:
    with suppress(BrokenPipeError, RempartError):
        _said()
    put_line(" ".join(sentence.split()), error=True)
    sys.exit(exit_status)
