package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/genesys"
	"github.com/ca74b63c/roster/examples/liveperson"
	"github.com/ca74b63c/roster/examples/omnidesk"
	"github.com/ca74b63c/roster/examples/scim"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/examples/voximplant"
	"github.com/ca74b63c/roster/storage"
)

// app is a server that does not listen yet.
type app struct {
	cfg     config
	dir     *roster.Directory
	seed    vendorhttp.SeedData
	handler http.Handler
	feeds   *feeds
}

// newApp returns the server's app, which does not listen yet. It reads the seed, creates the
// missing accounts in store, and mounts the four vendors' APIs, SCIM and the front page. The app
// limits the request bodies. With -log, it logs the calls to stderr. With -faults, a header of a
// request can make the call fail. Errors: those of readSeed, createSeed and mount.
func newApp(ctx context.Context, cfg config, store storage.Storage, stderr io.Writer) (*app, error) {
	a := &app{cfg: cfg, dir: roster.New(store), feeds: newFeeds(cfg.limits)}
	var err error
	if a.seed, err = readSeed(cfg); err != nil {
		return nil, err
	}
	realm, err := a.createSeed(ctx)
	if err != nil {
		return nil, err
	}
	opts := vendorhttp.Options{}
	if cfg.faults {
		opts.Faults = vendorhttp.HeaderFaults
	}
	if cfg.log {
		opts.Log = vendorhttp.LogTo(slog.New(slog.NewTextHandler(stderr, nil)))
	}
	reading := bodies{
		most: cfg.limits.bodies, mostBytes: cfg.limits.bodiesSize, slowAfter: cfg.limits.bodySlow, slowBelow: cfg.limits.bodyRate,
	}
	mounted, err := a.mount(realm, opts)
	if err != nil {
		return nil, err
	}
	a.handler = reading.limit(http.MaxBytesHandler(mounted, maxBody))
	return a, nil
}

// maxBody is greater than the limit of the adapters (vendorhttp.MaxListBody), so that the adapters
// refuse too large a body in the vendor's form. It bounds what other handlers read.
const maxBody = 2 * vendorhttp.MaxListBody

// readSeed returns the data of -demo or -seed.
func readSeed(cfg config) (seed vendorhttp.SeedData, err error) {
	switch {
	case cfg.demo:
		seed = demoSeed()
		if cfg.credentials != "" {
			key, err := writeCredentials(cfg.credentials)
			if err != nil {
				return seed, fmt.Errorf("-demo-credentials: %w", err)
			}
			seed.Keys = append(seed.Keys, key)
		}
	case cfg.seed != "":
		text, err := os.ReadFile(cfg.seed)
		if err != nil {
			return seed, fmt.Errorf("-seed: %w", err)
		}
		if err := json.Unmarshal(text, &seed); err != nil {
			return seed, fmt.Errorf("-seed: %w", err)
		}
	}
	return seed, nil
}

// createSeed creates those accounts of the seed that the storage does not have, each with its
// users, reference data and money. It does not change an account that exists, because a persistent
// storage has the account from an earlier run. createSeed returns the credentials of all accounts
// and keys of the seed. Errors: those of reading an account, with the id of the account in the
// text; those of vendorhttp.Seed and vendorhttp.SeedData.Credentials.
func (a *app) createSeed(ctx context.Context) (*vendorhttp.Credentials, error) {
	var missing vendorhttp.SeedData
	for _, account := range a.seed.Accounts {
		_, err := a.dir.As(account.Settings.ID, roster.SystemActor()).Account(ctx)
		switch {
		case errors.Is(err, storage.ErrNotFound):
			missing.Accounts = append(missing.Accounts, account)
		case err != nil:
			return nil, fmt.Errorf("account %q: %w", account.Settings.ID, err)
		}
	}
	if _, err := vendorhttp.Seed(ctx, a.dir, missing); err != nil {
		return nil, err
	}
	return a.seed.Credentials()
}

// mount returns a handler that serves the four vendors' APIs and SCIM at their native paths, their
// OpenAPI documents, and the front page. The native paths do not collide. realm has the keys of the
// callers, and opts are the options of all APIs. The Genesys API serves the first account of the
// seed, because no Genesys request names an account. Errors: those of encoding the OpenAPI
// documents.
func (a *app) mount(realm *vendorhttp.Credentials, opts vendorhttp.Options) (http.Handler, error) {
	mux := http.NewServeMux()
	at := func(h http.Handler, paths ...string) {
		for _, path := range paths {
			mux.Handle(path, h)
		}
	}
	desk := omnidesk.New(a.dir, realm, omnidesk.Options{Options: opts})
	at(desk, omnidesk.Base, omnidesk.Base+"/")
	center := genesys.Options{Options: opts}
	if len(a.seed.Accounts) > 0 {
		center.Account = a.seed.Accounts[0].Settings.ID // nothing in a request names one
	}
	at(genesys.New(a.dir, center), genesys.Users, genesys.Users+"/", genesys.Me)
	at(liveperson.New(a.dir, realm, liveperson.Options{Options: opts}), liveperson.Prefix)
	at(voximplant.New(a.dir, realm, opts), voximplant.Prefix, voximplant.Prefix+"/")
	at(scim.New(a.dir, realm, scim.Options{Options: opts}), scim.Base+"/")
	a.mountPage(mux)
	return mux, mountDescriptions(mux)
}
