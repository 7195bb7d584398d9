// Service is an HTTP service to copy. Put HTTPS in front of it. Its first user is admin:
//
//	SERVICE_PASSWORD='a long enough phrase' go run ./examples/service -store sqlite:service.db
package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/pgstore"
	"github.com/ca74b63c/roster/storage/sqlitestore"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

const account, cookieName, sessionLife = "acme", "__Host-session", 12 * time.Hour

func main() {
	if err := run(); err != nil {
		log.Fatalln("service:", err)
	}
}

// run serves HTTP until a signal comes. It then finishes running requests and closes the storage.
func run() (err error) {
	address := flag.String("addr", "localhost:8082", "the address to listen on")
	storeName := flag.String("store", "memory", "memory, sqlite:PATH or postgres://…")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	store, err := open(ctx, *storeName)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	dir := roster.New(store, roster.WithObserver(roster.LogObserver(nil)))
	if err := setUp(ctx, dir.As(account, roster.SystemActor()), os.Getenv("SERVICE_PASSWORD")); err != nil {
		return err
	}
	server := &http.Server{Addr: *address, Handler: newService(dir), ReadTimeout: 10 * time.Second,
		WriteTimeout: 30 * time.Second, IdleTimeout: time.Minute}
	ended := make(chan error, 1)
	context.AfterFunc(ctx, func() { ended <- server.Shutdown(context.Background()) }) // the timeouts bound it
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-ended
}

func open(ctx context.Context, name string) (storage.Storage, error) {
	switch kind, where, _ := strings.Cut(name, ":"); kind {
	case "memory":
		return memstore.New(), nil
	case "sqlite":
		return sqlitestore.Open(ctx, where)
	case "postgres":
		return pgstore.Open(ctx, name)
	default:
		return nil, errors.New("the storage is memory, sqlite:PATH or postgres://URL") // without the name: it may hold a password
	}
}

// setUp creates the account and its user admin if they are missing. An empty password is an error.
func setUp(ctx context.Context, host roster.Handle, password string) error {
	if password == "" {
		return errors.New("SERVICE_PASSWORD is empty")
	}
	_, err := host.CreateAccount(ctx, user.Account{Currency: "USD"})
	if err == nil || errors.Is(err, storage.ErrExists) {
		admin := user.User{Identity: user.Identity{Login: "admin"}, Access: user.Access{Granted: user.RolesOf(user.Admin)}}
		_, err = host.Create(ctx, roster.CreateParams{User: admin, Password: roster.PasswordOf(password)})
	}
	if errors.Is(err, storage.ErrExists) {
		return nil
	}
	return err
}

type service struct {
	dir      *roster.Directory
	sessions sync.Map // from a token to a roster.Actor, which ends with the password
}

type handler func(roster.Handle, *http.Request) (any, error)

func newService(dir *roster.Directory) http.Handler {
	s := &service{dir: dir}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /session", s.signIn)
	mux.HandleFunc("DELETE /session", s.signOut)
	for pattern, h := range map[string]handler{
		"GET /agents":  listAgents,
		"POST /agents": withBody(roster.Handle.Create),
		"GET /agents/{id}": func(h roster.Handle, r *http.Request) (any, error) {
			return h.Get(r.Context(), user.ID(number(r.PathValue("id"))))
		},
		"PATCH /agents/{id}":     withTarget(roster.Handle.Patch), // a merge patch (RFC 7396)
		"PUT /agents/{id}/roles": withTarget(roster.Handle.SetRoles),
		"DELETE /agents/{id}": func(h roster.Handle, r *http.Request) (any, error) {
			return h.Delete(r.Context(), user.ID(number(r.PathValue("id"))), options[roster.CallOption](r)...)
		},
		"POST /top-ups":   withBody(roster.Handle.Fund), // the body has the idempotency key
		"POST /transfers": withBody(roster.Handle.Transfer),
		"GET /audit":      audit,
	} {
		mux.HandleFunc(pattern, s.signedIn(h))
	}
	return http.NewCrossOriginProtection().Handler(http.MaxBytesHandler(mux, 64<<10))
}

func cookie(token string, life time.Duration) *http.Cookie {
	return &http.Cookie{Name: cookieName, Value: token, Path: "/", MaxAge: int(life.Seconds()),
		HttpOnly: true, Secure: true, SameSite: http.SameSiteStrictMode}
}

func (s *service) signIn(w http.ResponseWriter, r *http.Request) {
	given, err := read[struct{ Login, Password string }](r)
	var u user.User
	if err == nil {
		u, err = s.dir.SignIn(r.Context(), account, given.Login, roster.PasswordOf(given.Password))
	}
	if err == nil {
		token := rand.Text()
		s.sessions.Store(token, roster.UserActor(u.ID).SignedIn(u.Credentials.SignInStamp))
		time.AfterFunc(sessionLife, func() { s.sessions.Delete(token) })
		http.SetCookie(w, cookie(token, sessionLife))
	}
	reply(w, u, err)
}

func (s *service) signOut(w http.ResponseWriter, r *http.Request) {
	if c, err := r.Cookie(cookieName); err == nil {
		s.sessions.Delete(c.Value)
	}
	http.SetCookie(w, cookie("", -time.Second))
	w.WriteHeader(http.StatusNoContent)
}

// signedIn runs h as the user of the session. Without one, the actor may do nothing.
func (s *service) signedIn(h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var actor roster.Actor
		if c, err := r.Cookie(cookieName); err == nil {
			if found, ok := s.sessions.Load(c.Value); ok {
				actor = found.(roster.Actor)
			}
		}
		result, err := h(s.dir.As(account, actor), r)
		reply(w, result, err)
	}
}

// options returns DryRun for ?preview=true, and IfVersion for the number in the header If-Match.
func options[O roster.CallOption](r *http.Request) (opts []O) {
	if r.URL.Query().Get("preview") == "true" {
		opts = append(opts, any(roster.DryRun()).(O))
	}
	if tag := r.Header.Get("If-Match"); tag != "" {
		opts = append(opts, any(roster.IfVersion(user.Revision(number(strings.Trim(tag, `"`))))).(O))
	}
	return opts
}

// withBody makes a handler of a method that takes parameters; withTarget, of a user and a value.
func withBody[P, R any, O roster.CallOption](do func(roster.Handle, context.Context, P, ...O) (R, error)) handler {
	return func(h roster.Handle, r *http.Request) (any, error) {
		params, err := read[P](r)
		if err != nil {
			return nil, err
		}
		return do(h, r.Context(), params, options[O](r)...)
	}
}

func withTarget[V, R any](do func(roster.Handle, context.Context, user.ID, V, ...roster.CallOption) (R, error)) handler {
	return func(h roster.Handle, r *http.Request) (any, error) {
		value, err := read[V](r)
		if err != nil {
			return nil, err
		}
		return do(h, r.Context(), user.ID(number(r.PathValue("id"))), value, options[roster.CallOption](r)...)
	}
}

func listAgents(h roster.Handle, r *http.Request) (any, error) {
	q := r.URL.Query()
	query := storage.Query{Text: q.Get("q"), Roles: user.RolesOf(user.Agent), Limit: int(number(q.Get("limit")))}
	return h.List(r.Context(), roster.ListParams{Query: query, Cursor: q.Get("cursor"), Total: true})
}

// audit returns changes, newest first. The query may set user, before (a revision) and limit.
func audit(h roster.Handle, r *http.Request) (any, error) {
	q := r.URL.Query()
	of, before, limit := number(q.Get("user")), number(q.Get("before")), number(q.Get("limit"))
	if of < 0 || before < 0 {
		return nil, fmt.Errorf("%w: user and before are numbers", validate.ErrInvalid)
	}
	after := storage.ChangeID{Revision: user.Revision(before)}
	return h.Changes(r.Context(), storage.ChangeQuery{UserID: user.ID(of), Newest: true, After: after, Limit: int(limit)})
}

// number reads a number: 0 without a text, -1 if it is none.
func number(text string) int64 {
	if n, err := strconv.ParseInt("0"+text, 10, 64); err == nil {
		return n
	}
	return -1
}

// read decodes the JSON body. Its error is a *validate.Error with the path of each problem.
func read[T any](r *http.Request) (v T, err error) {
	b, _ := io.ReadAll(r.Body) // what is too large or cut off is no JSON
	err = validate.Unmarshal(b, &v)
	return v, err
}

// reply writes result as JSON, or err as an RFC 9457 problem, with status 401 for a missing actor.
func reply(w http.ResponseWriter, result any, err error) {
	status, kind := http.StatusOK, "application/json"
	if err != nil {
		p := roster.ProblemOf(err)
		var denied *permission.Denied
		if errors.As(err, &denied) && denied.Rule == permission.RuleNoActor {
			p.Status, p.Title = http.StatusUnauthorized, "sign in first"
		}
		result, status, kind = p, p.Status, "application/problem+json"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(result) // an error: the client has gone
}
