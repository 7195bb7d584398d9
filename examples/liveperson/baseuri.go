package liveperson

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/validate"
)

// services lists the services that this handler provides. The vendor has many others.
var services = []string{"accountConfigReadOnly", "accountConfigReadWrite", "agentVep"}

// publicService is the service of public profiles. It exists only with Options.PublicProfiles.
const publicService = "acCdnDomain"

// serviceURI is the host of a service, with or without a port.
type serviceURI struct {
	Service string `json:"service"`
	Account string `json:"account"`
	BaseURI string `json:"baseURI"`
}

func (c *call) services() []serviceURI {
	names := services
	if c.a.opts.PublicProfiles {
		names = append(slices.Clone(names), publicService)
	}
	host := c.a.opts.Host
	if host == "" {
		host = c.r.Host
	}
	list := make([]serviceURI, len(names))
	for i, name := range names {
		list[i] = serviceURI{name, c.path.account, host}
	}
	return list
}

// baseURIs returns a reply with the hosts of all services. It does not check that the account in
// the path exists, so that the reply does not reveal which accounts exist. Errors: those of
// readService.
func baseURIs(_ context.Context, c *call) (reply, error) {
	if err := c.readService(); err != nil {
		return reply{}, err
	}
	body, err := json.Marshal(map[string][]serviceURI{"baseURIs": c.services()})
	return reply{body: body}, err
}

// baseURI returns a reply with the host of the service that the path names. It does not check that
// the account in the path exists. Errors: those of readService; an error with the code
// vendorhttp.CodeNoRoute for an unknown service.
func baseURI(_ context.Context, c *call) (reply, error) {
	if err := c.readService(); err != nil {
		return reply{}, err
	}
	list := c.services()
	i := slices.IndexFunc(list, func(s serviceURI) bool { return s.Service == c.path.name })
	if i < 0 {
		return reply{}, vendorhttp.Fail(vendorhttp.CodeNoRoute)
	}
	body, err := json.Marshal(list[i])
	return reply{body: body}, err
}

// readService checks the query of a request that is not about users. The only parameter that the
// query may have is version, or v for short. Its value is checked but not used. readService returns
// an error if the query cannot be read, or has a wrong value or an unknown parameter.
func (c *call) readService() error {
	values, err := documents.Query(c.r)
	if err != nil {
		return err
	}
	in := values.Reader()
	in.EmptyIsAbsent = true
	in.Takes(c.do.query)
	in.Checked(validate.Documented, "version")
	in.Unknown()
	return in.Err()
}
