package wire

// Convention is what all vendors' handlers do with one way to send a request. A test runs each
// against every vendor, and writes docs/http.md.
type Convention struct {
	Request string            // what is sent
	Status  int               // what is answered; 200 is whatever the same request has without it
	Differs map[Vendor]int    // vendors whose documents or clients ask for another answer
	Why     string            // the reason for it
	Header  map[string]string // of the request
	Method  string            // in the place of the request's
	Suffix  string            // of the path
	Prefix  string            // of the body
}

// Conventions are the table.
var Conventions = []Convention{
	{Request: "as the vendor's document has it", Status: 200},
	{Request: "charset=utf-8 in the content type", Status: 200, Header: map[string]string{"Content-Type": "*; charset=utf-8"}},
	{Request: "another charset", Status: 415, Header: map[string]string{"Content-Type": "*; charset=latin1"}},
	{Request: "another content type", Status: 415, Header: map[string]string{"Content-Type": "text/plain"}},
	{
		Request: "a body without content type", Status: 415, Header: map[string]string{"Content-Type": ""},
		Differs: map[Vendor]int{Voximplant: 200}, Why: "the client for Go up to 1.14 sends forms so",
	},
	{Request: "Content-Encoding: identity", Status: 200, Header: map[string]string{"Content-Encoding": "identity"}},
	{Request: "Content-Encoding: gzip, or any other", Status: 415, Header: map[string]string{"Content-Encoding": "gzip"}},
	{Request: "Accept-Encoding: gzip: the reply is not compressed", Status: 200, Header: map[string]string{"Accept-Encoding": "gzip"}},
	{Request: "Accept: text/html: the reply is JSON", Status: 200, Header: map[string]string{"Accept": "text/html"}},
	{Request: "a byte order mark before the body", Status: 200, Prefix: "\xef\xbb\xbf"},
	{Request: "OPTIONS: with Allow", Status: 405, Method: "OPTIONS"},
	{Request: "PATCH: with Allow", Status: 405, Method: "PATCH"},
	{
		Request: "a slash behind the path", Status: 404, Suffix: "/",
		Differs: map[Vendor]int{Voximplant: 200, LivePerson: 200},
		Why:     "Voximplant's documents write METHOD/; LivePerson's list is taken at users/ too",
	},
}
