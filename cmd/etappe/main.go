// Command etappe simulates, validates, trains, scores, explains and serves.
//
// This package only wires: flags in, the right rooms called, exit codes out.
// Data go to standard output, everything else to standard error.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	"golang.org/x/term"
)

// cli is the command tree; each command has a file of its own.
type cli struct {
	Demo     demoCommand     `cmd:"" help:"See everything work: simulate, train, promote, score, explain, serve."`
	Simulate simulateCommand `cmd:"" help:"Write a simulated world with known truth."`
	Config   configCommand   `cmd:"" help:"Make, check and describe etappe.yaml."`
	Validate validateCommand `cmd:"" help:"Check the data against their contract, and whether they can carry a model."`
	Snapshot snapshotCommand `cmd:"" help:"Write point-in-time features of every account."`
	Train    trainCommand    `cmd:"" help:"Train on past renewals, judge the model and store it in a registry."`
	Evaluate evaluateCommand `cmd:"" help:"Cross-validate on given folds against the baselines."`
	Models   modelsCommand   `cmd:"" help:"List the models of a registry."`
	Model    modelCommand    `cmd:"" help:"Read a model term by term, or edit one by hand."`
	Promote  promoteCommand  `cmd:"" help:"Make a stored model the champion, if the gate lets it through."`
	Score    scoreCommand    `cmd:"" help:"Score every account at a date."`
	Explain  explainCommand  `cmd:"" help:"Explain why an account's health score moved."`
	Changes  changesCommand  `cmd:"" help:"List what changed in the portfolio since the last scoring."`
	Serve    serveCommand    `cmd:"" help:"Serve the champion over HTTP."`
	History  historyCommand  `cmd:"" help:"List what a history holds; drop what is too old."`
	Erase    eraseCommand    `cmd:"" help:"Take one account out of a history."`
	Docs     docsCommand     `cmd:"" help:"List the pages of the documentation, or print one."`
	Version  versionCommand  `cmd:"" help:"Print the program's version."`
}

// app is what every command may use of the outside world.
type app struct {
	stdout, stderr io.Writer
	answers        io.Reader // of whoever sits at the terminal; nil: nobody does
	terminal       bool      // stderr is a terminal: progress bars may be drawn
	width          int       // columns of the terminal, 80 when unknown
	now            func() time.Time
	after          func(time.Duration, func()) (stop func() bool) // for progress bars on a terminal
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	a := &app{stdout: os.Stdout, stderr: os.Stderr, now: time.Now, width: 80}
	a.after = func(d time.Duration, f func()) func() bool { return time.AfterFunc(d, f).Stop }
	a.terminal = term.IsTerminal(int(os.Stderr.Fd()))
	if a.terminal && term.IsTerminal(int(os.Stdin.Fd())) {
		a.answers = os.Stdin
	}
	if w, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil && w > 40 {
		a.width = w
	}
	code := a.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// run parses the arguments, runs the command and returns the exit code.
func (a *app) run(ctx context.Context, args []string) int {
	var c cli
	code := -1
	parser, err := kong.New(&c, kong.Name("etappe"), kong.Writers(a.stdout, a.stderr),
		kong.Description("Explained health scores and churn probabilities for accounts, learned from past renewals."),
		kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Exit(func(n int) { code = n }),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(a))
	if err != nil {
		panic(err) // the command tree itself is wrong
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	if code >= 0 { // help was printed
		return code
	}
	if err != nil {
		fmt.Fprintf(a.stderr, "etappe: %v\n", err)
		return exitUsage
	}
	if err := command.Run(); err != nil {
		return a.fail(ctx, err)
	}
	return exitOK
}

// fail prints the error once and returns the exit code.
func (a *app) fail(ctx context.Context, err error) int {
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		fmt.Fprintln(a.stderr, "etappe: interrupted")
		return exitFailure
	}
	fmt.Fprintf(a.stderr, "etappe: %v\n", err)
	return exitCode(err)
}
