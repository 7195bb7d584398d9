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
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}
}

// run parses the command line arguments args and runs the server until ctx ends. Before it returns,
// it has closed the server and the storage. It returns nil after a normal end. Errors: errUsage and
// flag.ErrHelp from parseFlags; those of runWith.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	cfg, err := parseFlags(args, stderr)
	if err != nil {
		return err
	}
	return runWith(ctx, cfg, stdout, stderr)
}

// runWith runs the server with the parsed command line cfg until ctx ends or the server fails. It
// opens the storage, creates the seed, starts the webhook deliveries and serves. Before it returns,
// it waits for the deliveries and closes the storage. Errors: those of openStore, newApp,
// sendChanges and serve, joined with that of closing the storage.
func runWith(ctx context.Context, cfg config, stdout, stderr io.Writer) (err error) {
	store, err := openStore(ctx, cfg.store)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	a, err := newApp(ctx, cfg, store, stderr)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	wait, err := a.sendChanges(ctx, stderr)
	if err != nil {
		return err
	}
	defer func() {
		cancel() // serve may have failed
		wait()
	}()
	return a.serve(ctx, stdout)
}
