package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// The statuses of the command.
const (
	good        = 0
	failed      = 1
	misused     = 2
	badLines    = 3
	interrupted = 130 // as shells have it
)

// afterBatch runs after each batch that was written. Tests set it.
var afterBatch = func() {}

// command is what the flags say.
type command struct {
	storage, account, file string
	as                     int64
	template, write, json  bool
	quiet                  bool
	reason                 string
	params                 roster.ImportParams
}

// run executes the command with the arguments args and returns its exit status. It opens the
// storage, prints the template or imports the file, and closes the storage. With -write, it saves a
// memory snapshot before it closes the storage. The report or the template goes to out, errors and
// progress go to errs. The status is that of parse after -help and for wrong arguments, and failed
// if the storage cannot be opened. In any other case it is that of explain. If saving or closing
// fails, the status good becomes failed.
func run(ctx context.Context, args []string, out, errs io.Writer) (status int) {
	c, status := parse(args, errs)
	if c == nil {
		return status
	}
	store, err := open(ctx, c.storage)
	if err != nil {
		fmt.Fprintln(errs, "import: -storage:", err)
		return failed
	}
	defer func() {
		if err := closeStorage(store, c.write); err != nil {
			fmt.Fprintln(errs, "import: -storage:", err)
			status = max(status, failed)
		}
	}()
	actor := roster.SystemActor()
	if c.as != 0 {
		actor = roster.UserActor(user.ID(c.as))
	}
	handle := roster.New(store).As(user.AccountID(c.account), actor)
	if c.template {
		err = printTemplate(ctx, handle, out, errs)
	} else {
		err = c.importFile(ctx, handle, out, errs)
	}
	return explain(ctx, err, c.write, errs)
}

// parse parses the arguments of the command, and returns the command and the status good. It
// returns nil and good after -help, and nil and misused for wrong arguments. In both cases the
// caller runs nothing, and parse has already printed the help or the reason to errs.
func parse(args []string, errs io.Writer) (*command, int) {
	c := new(command)
	key := ""
	flags := flag.NewFlagSet("import", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.StringVar(&c.storage, "storage", "", "where the account is: "+places)
	flags.StringVar(&c.account, "account", "", "the account, which must exist")
	flags.Int64Var(&c.as, "as", 0, "act as the user with this id (0: everything is allowed)")
	flags.BoolVar(&c.template, "template", false, "print the columns and end")
	flags.BoolVar(&c.write, "write", false, "write; otherwise only check")
	flags.BoolVar(&c.params.SkipBad, "skip-bad", false, "write the good lines of a file that has bad ones")
	flags.BoolVar(&c.params.EmptyClears, "empty-clears", false, "an empty cell clears; otherwise it keeps")
	flags.StringVar(&key, "key", "login", "how a line finds its user: login or employeeId")
	flags.IntVar(&c.params.Batch, "batch", roster.DefaultImportBatch, "lines in one transaction")
	flags.IntVar(&c.params.MaxItems, "max", roster.MaxImportLines, "print at most this many problems and resets")
	flags.StringVar(&c.reason, "reason", "", "a reason for the history")
	flags.BoolVar(&c.json, "json", false, "print the report as JSON")
	flags.BoolVar(&c.quiet, "quiet", false, "show no bar")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil, good
	} else if err != nil {
		return nil, misused
	}
	keys := map[string]user.KeyKind{"login": user.KeyLogin, "employeeId": user.KeyEmployeeID}
	c.params.Key, c.file = keys[key], flags.Arg(0)
	switch {
	case c.storage == "" || c.account == "":
		fmt.Fprintln(errs, "import: -storage and -account are needed")
	case c.params.Key == 0:
		fmt.Fprintln(errs, "import: -key is login or employeeId")
	case c.template != (c.file == "") || flags.NArg() > 1:
		fmt.Fprintln(errs, "import: name one file, or give -template")
	default:
		return c, good
	}
	return nil, misused
}

// printTemplate prints the first line of an import file to out: the names of the columns, separated
// by commas, with the custom attributes of the account. It prints the allowed values of each column
// to errs and not to out, so that out can be saved as a file. Errors: those of reading the account
// and of writing to out.
func printTemplate(ctx context.Context, handle roster.Handle, out, errs io.Writer) error {
	account, err := handle.Account(ctx)
	if err != nil {
		return err
	}
	var names []string
	for _, c := range roster.ImportColumns(account.CustomAttributes) {
		names = append(names, c.Name)
		fmt.Fprintf(errs, "%s: %s\n", c.Name, c.Allowed)
	}
	_, err = fmt.Fprintln(out, strings.Join(names, ","))
	return err
}

// importFile imports the file of the command into the account of handle and prints the report to
// out. If the import fails, it prints the report too. If the file cannot be opened, it prints
// nothing. Without -write it only checks the file (roster.DryRun). With -json it prints the report
// as JSON. It shows the progress on errs, unless the command has -quiet. Errors: those of the file,
// of roster.Handle.Import, and of writing the JSON.
func (c *command) importFile(ctx context.Context, handle roster.Handle, out, errs io.Writer) error {
	file, err := os.Open(c.file)
	if err != nil {
		return err
	}
	defer file.Close()
	shown := errs
	if c.quiet {
		shown = io.Discard
	}
	bar := newBar(shown)
	c.params.Progress = func(p roster.ImportProgress) {
		bar.show(p)
		if p.Writing {
			afterBatch()
		}
	}
	opts := []roster.CommonOption{roster.WithReason(c.reason)}
	if !c.write {
		opts = append(opts, roster.DryRun())
	}
	report, err := handle.Import(ctx, file, c.params, opts...)
	bar.end()
	if c.json {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		return errors.Join(err, encoder.Encode(report))
	}
	printReport(out, report, c.write)
	return err
}

// printReport prints the report r to out: each problem, each attribute that a user loses with a
// role, and the numbers of lines. If r leaves out problems or users, it prints how many. At the end
// it prints how many lines are written, or, if write is false, that nothing was written.
func printReport(out io.Writer, r roster.ImportReport, write bool) {
	for _, p := range r.Problems {
		fmt.Fprintln(out, p)
	}
	if r.MoreProblems > 0 {
		fmt.Fprintf(out, "and %d more problems\n", r.MoreProblems)
	}
	for _, reset := range r.Resets {
		for _, what := range reset.Resets {
			fmt.Fprintf(out, "line %d: user %d loses %v\n", reset.Line, reset.UserID, what)
		}
	}
	if r.MoreResets > 0 {
		fmt.Fprintf(out, "and %d more users lose attributes with a role\n", r.MoreResets)
	}
	fmt.Fprintf(out, "%d lines: %d created, %d changed, %d unchanged, %d bad\n", r.Lines, r.Created, r.Changed, r.Unchanged, r.Bad)
	if write {
		fmt.Fprintf(out, "%d lines are done\n", r.Written)
	} else {
		fmt.Fprintln(out, "Nothing is written: this was a check. Write with -write.")
	}
}

// explain prints to errs how the command ended, and returns the exit status of the command. If no
// other text is named below, it prints err. The first of these cases decides:
//
//   - err is nil: explain prints nothing, and the status is good.
//   - ctx is done: explain prints that the same command continues the work. The status is
//     interrupted.
//   - err is a *roster.ImportError: the status is badLines. If write is true, explain also prints
//     what the user can do.
//   - err is storage.ErrNotFound: explain prints that there is no such account. The status is
//     failed.
//   - err is another error: the status is failed.
func explain(ctx context.Context, err error, write bool, errs io.Writer) int {
	var lines *roster.ImportError
	switch {
	case err == nil:
		return good
	case ctx.Err() != nil:
		fmt.Fprintln(errs, "Interrupted. Give the same command again, and it goes on.")
		return interrupted
	case errors.As(err, &lines):
		fmt.Fprintln(errs, "import:", err)
		if write {
			fmt.Fprintln(errs, "Correct the lines, or leave them out with -skip-bad.")
		}
		return badLines
	case errors.Is(err, storage.ErrNotFound):
		fmt.Fprintln(errs, "import: there is no such account")
		return failed
	}
	fmt.Fprintln(errs, "import:", err)
	return failed
}
