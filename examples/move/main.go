package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/ca74b63c/roster/storage/stream"
	"github.com/ca74b63c/roster/user"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// The statuses of the command.
const (
	moved       = 0
	failed      = 1
	misused     = 2
	interrupted = 130 // as shells have it
)

// afterBatch is called after each batch. A test replaces it to interrupt a move.
var afterBatch = func() {}

// run moves the accounts that the command line arguments args name, and returns the exit status. If
// the source is the standard input, run reads the stream from in. If the target is the standard
// output, run writes the stream to out; otherwise it prints a table of the moved accounts to out.
// It prints the progress and the errors to errs. With -quiet it prints no progress and no table.
//
// The exit status is one of these constants:
//
//   - moved after success and after -help
//   - misused for wrong arguments, such as a stream as the source with a stream as the target
//     or with -account
//   - interrupted if ctx ended before the move was complete
//   - failed after any other error
func run(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) (status int) {
	flags := flag.NewFlagSet("move", flag.ContinueOnError)
	flags.SetOutput(errs)
	from := flags.String("from", "", "where the accounts are: "+places)
	to := flags.String("to", "", "where they shall be; likewise")
	batch := flags.Int("batch", stream.DefaultBatch, "records in one transaction")
	quiet := flags.Bool("quiet", false, "say nothing but errors")
	var only []user.AccountID
	flags.Func("account", "move this one; may be repeated (all)", func(id string) error {
		only = append(only, user.AccountID(id))
		return nil
	})
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return moved
	} else if err != nil {
		return misused
	}
	source, err := parsePlace(*from)
	if err != nil {
		fmt.Fprintln(errs, "move: -from:", err)
		return misused
	}
	target, err := parsePlace(*to)
	if err != nil {
		fmt.Fprintln(errs, "move: -to:", err)
		return misused
	}
	if source.kind == jsonl && (target.kind == jsonl || only != nil) || flags.NArg() > 0 {
		fmt.Fprintln(errs, "move: a stream is moved as a whole, and into a storage")
		return misused
	}
	shown := errs
	if *quiet {
		shown = io.Discard
	}
	bar := newBar(shown)
	m := copier{source: source, target: target, in: in, out: out, bar: bar}
	m.options = []stream.Option{stream.Batch(*batch), stream.OnProgress(func(p stream.Progress) {
		bar.show(p)
		afterBatch()
	})}
	if only != nil {
		m.options = append(m.options, stream.Only(only...))
	}
	list, err := m.move(ctx)
	bar.end()
	if err != nil {
		fmt.Fprintln(errs, "move:", err)
		return explain(ctx, err, errs)
	}
	if target.name != standard && !*quiet {
		printTable(out, list)
	}
	return moved
}

// explain prints what the user can do about an error, and returns the exit status.
func explain(ctx context.Context, err error, errs io.Writer) int {
	switch {
	case ctx.Err() != nil:
		fmt.Fprintln(errs, "Interrupted. Accounts that are whole stay; give the same command again, and it goes on.")
		return interrupted
	case errors.Is(err, stream.ErrChanged), errors.Is(err, stream.ErrTaken):
		fmt.Fprintln(errs, "The target is left as it is. Move into a fresh one, or leave out the account (-account).")
	case errors.Is(err, stream.ErrDifferent):
		fmt.Fprintln(errs, "Everything was moved; then one side was written to. Stop the writers and move into a fresh target.")
	}
	return failed
}
