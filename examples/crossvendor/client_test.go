package crossvendor_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/ca74b63c/roster/examples/genesys"
	"github.com/ca74b63c/roster/examples/liveperson"
	"github.com/ca74b63c/roster/examples/omnidesk"
	"github.com/ca74b63c/roster/examples/scim"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/examples/voximplant"
	"github.com/ca74b63c/roster/user"
)

// call is a call of one vendor's API.
type call struct {
	vendor       vendorhttp.Vendor
	method, path string // of Voximplant the path is the method's name
	query, body  string
	header       []string // pairs
}

// String names a call in a failure.
func (c call) String() string {
	return strings.TrimSpace(fmt.Sprint(c.vendor, " ", c.method, " ", c.path, " ", c.query, " ", c.body))
}

// desk is a call of Omnidesk: "GET /settings", with its parameters in the query or in a form.
func desk(what, params string) call {
	c := call{vendor: vendorhttp.Omnidesk}
	c.method, c.path, _ = strings.Cut(what, " ")
	if c.method == http.MethodGet {
		c.query = params
	} else {
		c.body = params
	}
	return c
}

// cloud is a call of Genesys, about all users (id 0) or one.
func cloud(method string, id user.ID, body string) call {
	c := call{vendor: vendorhttp.Genesys, method: method, body: body}
	if id != 0 {
		c.path = "/" + genesysID(id)
	}
	return c
}

// person is a call of LivePerson, at a path below the account's users.
func person(method, path, body string, header ...string) call {
	return call{vendor: vendorhttp.LivePerson, method: method, path: path, query: "v=6.0", body: body, header: header}
}

// platform is a call of Voximplant.
func platform(method, params string) call {
	return call{vendor: vendorhttp.Voximplant, method: http.MethodPost, path: method, body: params}
}

// identity is a call of SCIM, at a path below its base.
func identity(method, path, body string, header ...string) call {
	return call{vendor: scim.SCIM, method: method, path: path, body: body, header: header}
}

// client makes calls as the administrator of an account, in that account or in another one.
type client struct {
	http *http.Client
	url  string
	of   tenant // whose credentials are sent
	at   tenant // whose name is said
}

func (c client) send(what call) (reply, error) {
	r, err := c.request(what)
	if err != nil {
		return reply{}, err
	}
	return c.do(r, what.vendor)
}

// do sends a vendor's request and reads the answer.
func (c client) do(r *http.Request, vendor vendorhttp.Vendor) (reply, error) {
	response, err := c.http.Do(r)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return reply{}, err
	}
	out := reply{vendor: vendor, status: response.StatusCode, header: response.Header, text: string(body)}
	if len(body) == 0 {
		return out, nil
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	return out, dec.Decode(&out.json)
}

func (c client) request(what call) (*http.Request, error) {
	const form = "application/x-www-form-urlencoded"
	base, media := c.url, "application/json"
	query := url.Values{}
	switch what.vendor {
	case vendorhttp.Omnidesk:
		base, media = base+omnidesk.Base, form
	case vendorhttp.Genesys:
		base += genesys.Users
	case vendorhttp.LivePerson:
		base += liveperson.Prefix + string(c.at.name) + "/configuration/le-users/users"
	case vendorhttp.Voximplant:
		base, media = base+voximplant.Prefix+"/", form
		query.Set("account_id", strconv.Itoa(c.at.number))
		query.Set("api_key", c.of.key(vendorhttp.Voximplant))
	case scim.SCIM:
		base, media = base+scim.Base, "application/scim+json"
	default:
		return nil, errors.New("no such vendor")
	}
	address := base + what.path + "?" + query.Encode()
	if what.query != "" {
		address += "&" + what.query
	}
	r, err := http.NewRequest(what.method, address, strings.NewReader(what.body))
	if err != nil {
		return nil, err
	}
	if what.body != "" {
		r.Header.Set("Content-Type", media)
	}
	switch what.vendor {
	case vendorhttp.Omnidesk:
		r.Header.Set("apiKey", c.of.key(vendorhttp.Omnidesk))
	case vendorhttp.Genesys:
		r.Header.Set(contactCenter, string(c.at.name))
		r.SetBasicAuth(c.of.admin(), secret)
	case vendorhttp.LivePerson, scim.SCIM:
		r.Header.Set("Authorization", "Bearer "+c.of.key(what.vendor))
	}
	for i := 0; i+1 < len(what.header); i += 2 {
		r.Header.Set(what.header[i], what.header[i+1])
	}
	return r, nil
}

// reply is any answer.
type reply struct {
	vendor vendorhttp.Vendor
	status int
	header http.Header
	text   string
	json   any
}

// String shows an answer in a failure.
func (r reply) String() string { return fmt.Sprintf("%d %.500s", r.status, r.text) }

// refused reports whether it is a refusal. Voximplant's have status 200 and a code.
func (r reply) refused() bool {
	return r.status >= 400 || r.vendor == vendorhttp.Voximplant && r.at("error") != nil
}

// code returns the vendor's code of the refusal, or the HTTP status if the vendor has no codes.
func (r reply) code() string {
	switch r.vendor {
	case vendorhttp.Voximplant:
		return fmt.Sprint(r.at("error.code"))
	case vendorhttp.Genesys:
		return fmt.Sprint(r.at("statusCode"))
	}
	return strconv.Itoa(r.status)
}

// at returns the value at a path, "users.0.firstName"; nil if there is none.
func (r reply) at(path string) any {
	v := r.json
	for name := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i < 0 || i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

// shows reports whether there is a value at a path: "user.firstName=Kim". "<nil>" is null or
// nothing.
func (r reply) shows(want string) bool {
	path, value, _ := strings.Cut(want, "=")
	return fmt.Sprint(r.at(path)) == value
}

func (r reply) id(path string) user.ID {
	n, err := strconv.ParseInt(fmt.Sprint(r.at(path)), 10, 64)
	if err != nil {
		return 0
	}
	return user.ID(n)
}
