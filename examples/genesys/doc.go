// Package genesys speaks the Users API of Genesys HTCC (Web Services, Contact Center API 8.5.0):
// list, create, read, update and delete under /api/v2/users, and /api/v2/me. It is a translator
// over a roster.Directory and holds no rule of its own.
//
//	server := httptest.NewServer(genesys.New(dir, genesys.Options{Account: "acme"}))
//	req, err := http.NewRequest("GET", server.URL+"/api/v2/users?fields=*", nil)
//	req.SetBasicAuth("ann@acme.example", "a password")
//
// Callers are users of the directory, by HTTP Basic: the login and the password of each request
// are verified, and nothing of them is kept. What they may do is permission.Genesys, by the roles
// ROLE_ADMIN and ROLE_AGENT. An agent may change and delete users, as the vendor's table says,
// except that no user gives roles to, or sets the password of, a user with a role that they may
// not grant, and that no user takes ROLE_ADMIN from themselves.
//
// Every answer is a JSON object with a number statusCode, 0 for success; an error has a
// statusMessage besides, and nothing else:
//
//	{"statusCode":3,"statusMessage":"This operation is not allowed: 'userName' is a read-only property"}
//
// # Reading and writing
//
// A list without fields is a list of URIs; fields=* or fields=a,b shows the users themselves,
// subresources=* their skills and devices too, from the directory's reference data. A parameter
// that has the name of a field is a filter. POST and PUT on /users/{id} both change what the body
// names and leave the rest; roles is the whole new set of those two roles, the user's other roles
// stay. A read-only property may be sent with the value that it has, so that what was read can be
// sent back.
//
// An id is 32 hexadecimal digits: the directory's number of the user, with zeros before it.
//
// # What it does not do
//
// There are no pages: a list shows every user that matches. It is read and sent a page at a time,
// so it takes little memory, and users that others change meanwhile are shown as they are when
// their page is read. There is no cookie, no session and no CSRF token; the headers X-CSRF-Token
// and X-Support-CSRFP are passed over. Skills and devices have no endpoints of their own.
package genesys
