package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// config has the values of the command line.
type config struct {
	addr        string
	store       string
	demo        bool
	credentials string
	seed        string
	tls         bool
	tlsCert     string
	faults      bool
	log         bool
	hosts       []string
	webhook     string
	private     bool
	limits      limits // no flag sets them
}

// errUsage means that the command line is wrong. parseFlags has printed why.
var errUsage = errors.New("usage")

// parseFlags returns the configuration that the command line arguments args describe. It checks
// that the flags fit each other. It writes the help and the text of an error to stderr.
//
// Errors: errUsage for a wrong command line; flag.ErrHelp after printing the help.
func parseFlags(args []string, stderr io.Writer) (config, error) {
	c := config{limits: defaultLimits()}
	set := flag.NewFlagSet("server", flag.ContinueOnError)
	set.SetOutput(stderr)
	set.StringVar(&c.addr, "addr", "127.0.0.1:8080", "where to listen; port 0 takes a free one")
	set.StringVar(&c.store, "store", "memory", "where users are kept: memory, sqlite:PATH or postgres:DSN")
	set.BoolVar(&c.demo, "demo", false, "make the demo account described below, and show it on the front page")
	set.StringVar(&c.credentials, "demo-credentials", "", "write a Voximplant service-account key of the demo account to `FILE`")
	set.StringVar(&c.seed, "seed", "", "make the accounts, users and keys of this JSON `FILE`")
	set.BoolVar(&c.tls, "tls", false, "serve HTTPS with a self-signed certificate for localhost and 127.0.0.1")
	set.StringVar(&c.tlsCert, "tls-cert", "", "with -tls, write the certificate as PEM to `FILE`")
	set.BoolVar(&c.faults, "faults", false, "let the header X-Roster-Fault make calls fail on purpose (latency=200ms, status=503, stale, …)")
	set.BoolVar(&c.log, "log", false, "log each call to standard error, without secrets")
	set.StringVar(&c.webhook, "webhook", "", "send each change to this `URL`, signed by the secrets in "+webhookSecrets)
	set.BoolVar(&c.private, "webhook-private", false, "let -webhook be http, and at an address that is not public")
	set.Func("host", "answer for this host `NAME` too, besides localhost and the address; may be given again", func(name string) error {
		if name == "" || strings.ContainsAny(name, "/:@ ") {
			return errors.New("it is a name without port")
		}
		c.hosts = append(c.hosts, name)
		return nil
	})
	set.Usage = func() {
		fmt.Fprint(stderr, "Usage: go run ./examples/server [flags]\n\nSpeaks the users APIs of Omnidesk, Genesys, LivePerson and Voximplant"+
			" over one directory.\n\n")
		set.PrintDefaults()
		fmt.Fprint(stderr, "\n-demo makes exactly this:\n\n", demoText)
	}
	if err := set.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return c, err
		}
		return c, errUsage
	}
	wrong := ""
	switch {
	case set.NArg() > 0:
		wrong = fmt.Sprintf("unexpected argument %q", set.Arg(0))
	case c.demo && c.seed != "":
		wrong = "-demo and -seed exclude each other"
	case c.credentials != "" && !c.demo:
		wrong = "-demo-credentials needs -demo"
	case c.tlsCert != "" && !c.tls:
		wrong = "-tls-cert needs -tls"
	case c.private && c.webhook == "":
		wrong = "-webhook-private needs -webhook"
	}
	if wrong != "" {
		fmt.Fprintln(stderr, wrong)
		return c, errUsage
	}
	return c, nil
}
