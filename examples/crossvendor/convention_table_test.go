package crossvendor_test

import "github.com/ca74b63c/roster/examples/vendorhttp"

// convention is what all vendors do with one way to send a request. TestConventions sends each row
// to every vendor, and writes docs/http.md.
type convention struct {
	request string                    // what is sent
	to      kinds                     // which requests are sent so
	status  int                       // what is answered; 200 is any success
	differs map[vendorhttp.Vendor]int // vendors whose documents or clients ask for another answer
	why     string                    // the reason for it
	header  map[string]string         // of the request
	method  string                    // in the place of the request's
	suffix  string                    // of the path
	prefix  string                    // of the body
}

// kinds are the requests that a row is about.
type kinds string

const (
	all    kinds = "a read, a write"
	reads  kinds = "a read"
	bodies kinds = "a write"
)

var conventions = []convention{
	{request: "as the vendor's document has it", to: all, status: 200},
	{request: "charset=utf-8 in the content type", to: bodies, status: 200, header: map[string]string{"Content-Type": "*; charset=utf-8"}},
	{request: "another charset", to: bodies, status: 415, header: map[string]string{"Content-Type": "*; charset=latin1"}},
	{request: "another content type", to: bodies, status: 415, header: map[string]string{"Content-Type": "text/plain"}},
	{
		request: "a body without content type", to: bodies, status: 415, header: map[string]string{"Content-Type": ""},
		differs: map[vendorhttp.Vendor]int{vendorhttp.Voximplant: 200}, why: "the client for Go up to 1.14 sends forms so",
	},
	{request: "Content-Encoding: identity", to: bodies, status: 200, header: map[string]string{"Content-Encoding": "identity"}},
	{request: "Content-Encoding: gzip, or any other", to: bodies, status: 415, header: map[string]string{"Content-Encoding": "gzip"}},
	{request: "Accept-Encoding: gzip: the reply is not compressed", to: all, status: 200, header: map[string]string{"Accept-Encoding": "gzip"}},
	{request: "Accept: text/html: the reply is JSON", to: all, status: 200, header: map[string]string{"Accept": "text/html"}},
	{request: "a byte order mark before the body", to: bodies, status: 200, prefix: "\xef\xbb\xbf"},
	{
		request: "HEAD: as GET, without a body", to: reads, status: 200, method: "HEAD",
		differs: map[vendorhttp.Vendor]int{vendorhttp.Voximplant: 405}, why: "Voximplant's GET may change something",
	},
	{request: "OPTIONS: with Allow", to: all, status: 405, method: "OPTIONS"},
	{request: "PATCH: with Allow", to: all, status: 405, method: "PATCH"},
	{
		request: "a slash behind the path", to: all, status: 404, suffix: "/",
		differs: map[vendorhttp.Vendor]int{vendorhttp.Voximplant: 200, vendorhttp.LivePerson: 200},
		why:     "Voximplant's documents write METHOD/; LivePerson's list is taken at users/ too",
	},
}
