package scim

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/ca74b63c/roster/examples/vendorhttp"
)

// maxBulk is the greatest number of operations of a bulk request.
const maxBulk = vendorhttp.MaxListed

// bulkPrefix is the beginning of a text that is replaced by the id of a resource that the same
// request creates.
const bulkPrefix = "bulkId:"

// bulkOperation is one operation of a bulk request.
type bulkOperation struct {
	method  string
	bulkID  string
	path    string
	version string
	data    *vendorhttp.Value

	begun bool
	reply object // nil until the operation begins
	id    string // of the resource that a POST created
}

// bulkRun is a running bulk request.
type bulkRun struct {
	api  *api
	call *call
	ops  []bulkOperation
	byID map[string]*bulkOperation

	failed int // operations that failed
}

// bulk implements POST /Bulk (RFC 7644 section 3.7). It runs the operations of the request in
// order, and replies 200 with one result for each operation that ran. A failed operation does not
// undo the others. An operation may refer to a later POST by its bulkId; then the POST runs first.
// bulk starts no more operations when at least failOnErrors operations have failed. Without
// failOnErrors it runs all operations.
//
// Errors: invalidSyntax for a missing body; those of bulkRun.read for a request that is not valid.
// After an error no operation has run.
func (a *api) bulk(ctx context.Context, c *call) (answer, error) {
	if c.body == nil {
		return answer{}, invalidSyntax("The body must be an object.")
	}
	run := &bulkRun{api: a, call: c, byID: map[string]*bulkOperation{}}
	most, err := run.read(*c.body)
	if err != nil {
		return answer{}, err
	}
	for i := range run.ops {
		if run.do(ctx, &run.ops[i]); most > 0 && run.failed >= most {
			break
		}
	}
	replies := []object{} // also of a later POST that ran because an earlier operation refers to it
	for i := range run.ops {
		if run.ops[i].begun {
			replies = append(replies, run.ops[i].reply)
		}
	}
	return answer{status: http.StatusOK, body: object{"schemas": []any{bulkReply}, "Operations": replies}}, nil
}

// read reads the body of a bulk request into run.ops and run.byID. It runs no operation. It returns
// the value of failOnErrors, the number of failed operations after which the bulk request stops.
// The value 0 means that failOnErrors is missing and the request does not stop.
//
// Errors: invalidSyntax or invalidValue for a body or operation that is not valid and for a bulkId
// that is used twice; a refusal with status 413 for more than maxBulk operations.
func (run *bulkRun) read(body vendorhttp.Value) (most int, err error) {
	if err := wantMessage(body, bulkMessage, "failOnErrors", "Operations"); err != nil {
		return 0, err
	}
	if v := member(body, "failOnErrors"); v != nil {
		n, err := integerOf(*v)
		if err != nil || *n < 1 {
			return 0, invalidValue("failOnErrors", "must be a positive integer")
		}
		most = *n
	}
	list := member(body, "Operations")
	if list == nil || list.Kind != vendorhttp.List {
		return 0, invalidSyntax("Operations must be an array.")
	}
	if len(list.Items) > maxBulk {
		return 0, refuse(http.StatusRequestEntityTooLarge, "", fmt.Sprintf("A bulk request has at most %d operations.", maxBulk))
	}
	run.ops = make([]bulkOperation, len(list.Items))
	for i, item := range list.Items {
		op := &run.ops[i]
		if err := op.read(item); err != nil {
			return 0, at(fmt.Sprintf("Operations[%d]: ", i), err)
		}
		if op.bulkID == "" {
			continue
		}
		if run.byID[op.bulkID] != nil {
			return 0, at(fmt.Sprintf("Operations[%d]: ", i), invalidValue("bulkId", "is there twice"))
		}
		run.byID[op.bulkID] = op
	}
	return most, nil
}

func (op *bulkOperation) read(v vendorhttp.Value) error {
	if v.Kind != vendorhttp.Object {
		return invalidSyntax("must be an object.")
	}
	for i := range v.Items {
		item := &v.Items[i]
		var err error
		switch strings.ToLower(item.Name) {
		case "method":
			op.method, err = textOf(*item)
			op.method = strings.ToUpper(op.method)
		case "bulkid":
			op.bulkID, err = textOf(*item)
		case "path":
			op.path, err = textOf(*item)
		case "version":
			op.version, err = textOf(*item)
		case "data":
			op.data = item
		default:
			err = invalidSyntax("has a member that RFC 7644 section 3.7 does not know.")
		}
		if err != nil {
			return err
		}
	}
	switch {
	case lookUp([]string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}, op.method) == "":
		return invalidValue("method", "must be POST, PUT, PATCH or DELETE")
	case op.method == http.MethodPost && op.bulkID == "":
		return invalidValue("bulkId", "is required with POST")
	case !strings.HasPrefix(op.path, "/"):
		return invalidValue("path", "must begin with /")
	case op.data == nil && op.method != http.MethodDelete:
		return invalidValue("data", "is required")
	}
	return nil
}

// do runs the operation op and stores the result in op.reply: the method, the bulkId, the status,
// the location and the version. If the endpoint returns a location, do stores the id at the end of
// the location in op.id. If the operation fails, do adds 1 to run.failed, and op.reply has the
// error in the member "response". A member without a value is missing, for example the location of
// a failed POST. If op has already run or is running, do does nothing.
func (run *bulkRun) do(ctx context.Context, op *bulkOperation) {
	if op.begun {
		return
	}
	op.begun = true
	op.reply = object{"method": op.method}
	if op.bulkID != "" {
		op.reply["bulkId"] = op.bulkID
	}
	out, err := run.answer(ctx, op)
	if err != nil {
		run.failed++
		status, m := problemOf(failureOf(err))
		op.reply["status"], op.reply["response"] = strconv.Itoa(status), m
		if op.method != http.MethodPost {
			op.reply["location"] = run.call.base + op.path
		}
		return
	}
	op.reply["status"] = strconv.Itoa(out.status)
	if location := out.location; location != "" {
		op.reply["location"] = location
		op.id = location[strings.LastIndexByte(location, '/')+1:]
	} else {
		op.reply["location"] = run.call.base + op.path
	}
	if out.version != "" {
		op.reply["version"] = out.version
	}
}

// answer runs the operation op with the caller of the bulk request, and returns the reply. It first
// replaces each text "bulkId:x" in the path and the data by the id of the created resource; for
// this it may run the operation that creates the resource. It stores the resulting path in op.path.
// The version of op becomes the If-Match header.
//
// Errors: ctx.Err() if ctx has ended; invalidValue for a path other than /Users, /Groups, /Me or
// the path of one user or group; those of resolve; those of the endpoint.
func (run *bulkRun) answer(ctx context.Context, op *bulkOperation) (answer, error) {
	if err := ctx.Err(); err != nil {
		return answer{}, err
	}
	path := strings.Split(strings.TrimPrefix(op.path, "/"), "/")
	if lookUp([]string{"Users", "Groups", "Me"}, path[0]) == "" || len(path) > 2 || strings.Contains(op.path, "?") || path[len(path)-1] == ".search" {
		return answer{}, invalidValue("path", "must be that of a resource or of its collection")
	}
	c := *run.call
	c.method, c.path, c.match, c.none, c.query, c.body = op.method, path, op.version, "", nil, op.data
	for i := range path {
		id, err := run.resolve(ctx, path[i])
		if err != nil {
			return answer{}, err
		}
		path[i] = id
	}
	op.path = "/" + strings.Join(path, "/")
	if op.data != nil {
		data, err := run.resolveAll(ctx, *op.data)
		if err != nil {
			return answer{}, err
		}
		c.body = &data
	}
	return run.api.do(ctx, &c)
}

// resolve converts a text "bulkId:x" to the id of the resource that the POST operation with bulkId
// x creates. If this operation has not run yet, resolve runs it. It returns any other text
// unchanged. Errors: invalidValue if no POST of the request has the bulkId; status 409 if the
// operations refer to each other in a circle, or if the POST failed.
func (run *bulkRun) resolve(ctx context.Context, text string) (string, error) {
	name, refers := strings.CutPrefix(text, bulkPrefix)
	if !refers {
		return text, nil
	}
	op := run.byID[name]
	switch {
	case op == nil || op.method != http.MethodPost:
		return "", invalidValue("bulkId", "names no operation of this request that creates a resource")
	case op.begun && op.id == "" && op.reply["status"] == nil:
		return "", refuse(http.StatusConflict, "", "The operations refer to each other in a circle.")
	}
	run.do(ctx, op)
	if op.id == "" {
		return "", refuse(http.StatusConflict, "", "The operation that was to create the resource failed.")
	}
	return op.id, nil
}

// resolveAll returns a copy of the value v in which each text "bulkId:x" is replaced by the id of
// the created resource, also inside lists and objects. It may run the operations that create these
// resources. Errors: those of resolve.
func (run *bulkRun) resolveAll(ctx context.Context, v vendorhttp.Value) (vendorhttp.Value, error) {
	if v.Kind == vendorhttp.String {
		text, err := run.resolve(ctx, v.Text)
		v.Text = text
		return v, err
	}
	items := make([]vendorhttp.Value, len(v.Items))
	for i, item := range v.Items {
		var err error
		if items[i], err = run.resolveAll(ctx, item); err != nil {
			return v, err
		}
	}
	v.Items = items
	return v, nil
}
