package cookbook_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// newHandler serves the users of one account. actorOf returns the actor of a request, such as the
// user of its session. The zero Actor may do nothing.
func newHandler(dir *roster.Directory, actorOf func(*http.Request) roster.Actor) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /users/{id}", func(w http.ResponseWriter, r *http.Request) {
		u, err := dir.As("acme", actorOf(r)).Get(r.Context(), idOf(r))
		reply(w, u, err)
	})
	mux.HandleFunc("PATCH /users/{id}", func(w http.ResponseWriter, r *http.Request) {
		var patch user.Patch
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = validate.Unmarshal(body, &patch) // also refuses unknown members
		}
		if err != nil {
			reply(w, nil, err)
			return
		}
		result, err := dir.As("acme", actorOf(r)).Patch(r.Context(), idOf(r), patch)
		reply(w, result, err)
	})
	return http.MaxBytesHandler(mux, 64<<10)
}

// idOf returns the id in the path, 0 if it is no number. No user has the id 0.
func idOf(r *http.Request) user.ID {
	id, _ := strconv.ParseInt(r.PathValue("id"), 10, 64)
	return user.ID(id)
}

// reply writes a result, or an error as a problem document (RFC 9457).
func reply(w http.ResponseWriter, result any, err error) {
	status, kind := http.StatusOK, "application/json"
	if err != nil {
		problem := roster.ProblemOf(err)
		result, status, kind = problem, problem.Status, "application/problem+json"
	}
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(result) // an error means that the client has gone
}

func Example_http() {
	if err := serve(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	// Output:
	// PATCH /users/1: 200
	// GET /users/9: 404 {"title":"not found","status":404,"detail":"storage: not found","code":"not_found"}
}

func serve(ctx context.Context) error {
	dir := roster.New(memstore.New())
	host := dir.As("acme", roster.SystemActor())
	if _, err := host.CreateAccount(ctx, user.Account{Currency: "USD"}); err != nil {
		return err
	}
	ann := user.User{Identity: user.Identity{Login: "ann"}, Access: user.Access{Granted: user.RolesOf(user.Admin)}}
	created, err := host.Create(ctx, roster.CreateParams{User: ann})
	if err != nil {
		return err
	}
	everyRequestIsAnn := func(*http.Request) roster.Actor { return roster.UserActor(created.User.ID) }
	server := httptest.NewServer(newHandler(dir, everyRequestIsAnn))
	defer server.Close()

	request, err := http.NewRequestWithContext(ctx, "PATCH", server.URL+"/users/1", strings.NewReader(`{"names":{"display":"Ann"}}`))
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	fmt.Println("PATCH /users/1:", response.StatusCode)

	missing, err := http.Get(server.URL + "/users/9")
	if err != nil {
		return err
	}
	defer func() { _ = missing.Body.Close() }()
	text, err := io.ReadAll(missing.Body)
	fmt.Print("GET /users/9: ", missing.StatusCode, " ", string(text))
	return err
}
