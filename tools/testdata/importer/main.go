// Importer is a program of a stranger: tools/rehearse.sh builds it by the versions of a release. It uses each released
// module once.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"

	"go.opentelemetry.io/otel/trace/noop"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/omnidesk"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/otelroster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/pgstore"
	"github.com/ca74b63c/roster/storage/sqlitestore"
	"github.com/ca74b63c/roster/user"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "importer:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) (err error) {
	folder, err := os.MkdirTemp("", "importer")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()

	file, err := sqlitestore.Open(ctx, filepath.Join(folder, "roster.db"))
	if err != nil {
		return err
	}
	for name, store := range map[string]interface {
		storage.Storage
		Close() error
	}{"memstore": memstore.New(), "sqlitestore": file} {
		if err := errors.Join(use(ctx, store), store.Close()); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}

	// No server listens here. The store is linked, and its error has a code.
	store, err := pgstore.Open(ctx, "postgres://user@127.0.0.1:1/none?connect_timeout=2")
	if err == nil {
		return errors.Join(errors.New("pgstore: found a server at port 1"), store.Close())
	}
	fmt.Println("    pgstore without a server:", roster.CodeOf(err))
	return nil
}

// use creates a user in a storage, observed, and asks an example for them.
func use(ctx context.Context, store storage.Storage) error {
	observer, err := otelroster.New(otelroster.WithTracerProvider(noop.NewTracerProvider()))
	if err != nil {
		return err
	}
	dir := roster.New(store, roster.WithObserver(observer))
	host := dir.As("acme", roster.SystemActor())
	if _, err := host.CreateAccount(ctx, user.Account{Currency: "USD"}); err != nil {
		return err
	}
	ann, err := host.Create(ctx, roster.CreateParams{User: user.User{Identity: user.Identity{Login: "ann"}}})
	if err != nil {
		return err
	}
	w := httptest.NewRecorder()
	omnidesk.New(dir, vendorhttp.NewCredentials(), omnidesk.Options{}).ServeHTTP(w, httptest.NewRequest("GET", omnidesk.Base, nil))
	fmt.Printf("    user %d, and an example answers %d to a request without a key\n", ann.User.ID, w.Code)
	return nil
}
