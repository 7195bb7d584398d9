package main

import (
	"bytes"
	"context"
	"embed"
	"html/template"
	"net/http"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

//go:embed page
var files embed.FS

var pages = template.Must(template.ParseFS(files, "page/*.html"))

// pageData is the data of the front page.
type pageData struct {
	Demo    bool
	Text    string // what -demo made
	Vendors []pageVendor
	People  people
}

type pageVendor struct {
	Name, Base, Note string
	Document         string // the path of its OpenAPI document
	Lines            []pageLine
}

type pageLine struct{ Name, Note, Curl string }

// people are the users and their balances, all from one state of the account.
type people struct {
	Account  string // its balance
	Revision user.Revision
	List     []someone
	More     int // how many are not shown
}

type someone struct {
	ID                                  user.ID
	Login, Name, Roles, Status, Balance string
	Enabled                             bool
}

// maxPeople is the number of users on the page. It shows the newest.
const maxPeople = 100

// mountPage adds to mux the front page with its style sheet and script. With -demo it also adds the
// list of users and the feed of changes of the demo account. The page needs no sign-in, so it shows
// no other accounts.
func (a *app) mountPage(mux *http.ServeMux) {
	mux.HandleFunc("GET /{$}", a.front)
	for _, name := range []string{"page.css", "page.js"} {
		mux.HandleFunc("GET /page/"+name, func(w http.ResponseWriter, r *http.Request) {
			guard(w)
			http.ServeFileFS(w, r, files, "page/"+name)
		})
	}
	if a.cfg.demo {
		mux.HandleFunc("GET /live/users", a.liveUsers)
		mux.HandleFunc("GET /live/changes", a.feeds.serve(demoHost(a.dir)))
	}
}

func (a *app) front(w http.ResponseWriter, r *http.Request) {
	data := pageData{Demo: a.cfg.demo, Text: demoText}
	n := nowOf{base: "http://" + r.Host, agent: demoAgent, newest: demoAgent, next: "1", cacert: a.cfg.tlsCert}
	if r.TLS != nil {
		n.base = "https://" + r.Host
	}
	if a.cfg.demo {
		var err error
		if data.People, err = a.people(r.Context()); err != nil {
			http.Error(w, "the users cannot be read", http.StatusInternalServerError)
			return
		}
		n.setFrom(data.People)
	}
	for _, v := range vendors(n) {
		shown := pageVendor{Name: v.Name, Base: v.Base, Note: v.Note, Document: descriptionPath + v.file() + ".json"}

		for _, l := range v.Lines {
			shown.Lines = append(shown.Lines, pageLine{l.Name, l.Note, l.call.text(n)})
		}
		data.Vendors = append(data.Vendors, shown)
	}
	show(w, "page.html", data)
}

func (a *app) liveUsers(w http.ResponseWriter, r *http.Request) {
	list, err := a.people(r.Context())
	if err != nil {
		http.Error(w, "the users cannot be read", http.StatusInternalServerError)
		return
	}
	show(w, "users", list)
}

// setFrom sets the values that the command lines of the front page contain. p has the users that
// the page shows.
//
//   - n.next, a number that makes the login of a new user unique, becomes the revision of the
//     account.
//   - n.newest, the user that a command line deletes, becomes the greatest id in p. If that is the
//     administrator, n.newest becomes n.agent.
//   - n.agent becomes the greatest id in p if p does not have the user n.agent. If p has only the
//     administrator, n.agent stays as it is.
func (n *nowOf) setFrom(p people) {
	n.next = user.ID(p.Revision).String()
	for i, u := range p.List {
		if i == 0 || u.ID > n.newest {
			n.newest = u.ID
		}
	}
	here := false
	for _, u := range p.List {
		here = here || u.ID == n.agent
	}
	if !here && n.newest > demoAdmin {
		n.agent = n.newest
	}
	if n.newest == demoAdmin {
		n.newest = n.agent // a line of the page must not delete the reader's own user
	}
}

func (a *app) people(ctx context.Context) (people, error) {
	host := demoHost(a.dir)
	page, err := host.List(ctx, roster.ListParams{Query: storage.Query{Descending: true, Limit: maxPeople}, Total: true, Balances: true})
	if err != nil {
		return people{}, err
	}
	money, err := host.Balance(ctx)
	if err != nil {
		return people{}, err
	}
	p := people{Account: money.String(), Revision: page.Revision, More: page.Total - len(page.Users)}
	for i, u := range page.Users {
		p.List = append(p.List, someone{
			ID: u.ID, Login: u.Identity.Login, Name: u.Names.First + " " + u.Names.Last, Roles: u.Access.Roles.String(),
			Status: u.Presence.Status.String(), Balance: page.Balances[i].Own.String(), Enabled: u.Enabled(),
		})
		if u.Names.Display != "" {
			p.List[i].Name = u.Names.Display
		}
	}
	return p, nil
}

// show executes the template name with data and writes the result as an HTML page, with the headers
// of guard. If the template fails, it writes the status 500 and no part of the page. It ignores
// write errors.
func show(w http.ResponseWriter, name string, data any) {
	var text bytes.Buffer
	if err := pages.ExecuteTemplate(&text, name, data); err != nil {
		http.Error(w, "the page cannot be shown", http.StatusInternalServerError)
		return
	}
	guard(w)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(text.Bytes()) // an error says that the client has gone
}

// guard sets the security headers of a reply and forbids caching. With these headers, a browser
// loads style sheets, scripts and data only from this server. The browser does not show the page in
// a frame.
func guard(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; img-src data:; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
}
