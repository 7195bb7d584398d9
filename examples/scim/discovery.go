package scim

import (
	"context"
	"net/http"
	"strings"

	"github.com/ca74b63c/roster/examples/vendorhttp"
)

// describe implements GET /ServiceProviderConfig, /ResourceTypes and /Schemas (RFC 7644 section 4).
// It replies with the configuration, with the list of all resource types or schemas, or with the
// one whose id is in the path. It leaves out schemas without visible attributes. Errors: status 403
// for a request with a filter; 404 for an id that does not exist.
func describe(_ context.Context, c *call) (answer, error) {
	if len(c.query["filter"]) > 0 { // "the service provider SHALL respond with 403"
		return answer{}, refuse(http.StatusForbidden, "", "This endpoint takes no filter.")
	}
	var all []object
	switch c.path[0] {
	case "ServiceProviderConfig":
		return answer{status: http.StatusOK, body: c.config()}, nil
	case "ResourceTypes":
		for _, t := range []*resourceType{c.users, groups} {
			all = append(all, c.resourceType(t))
		}
	case "Schemas":
		list := append([]*schema{userSchema, groupSchema}, c.users.extensions...)
		for _, s := range list {
			if len(shown(s.Attributes)) > 0 {
				all = append(all, c.schema(s))
			}
		}
	}
	if len(c.path) == 1 {
		s := search{start: 1}
		return s.list(page{resources: all, total: len(all)}), nil
	}
	for _, o := range all {
		if strings.EqualFold(o["id"].(string), c.path[1]) {
			return answer{status: http.StatusOK, body: o}, nil
		}
	}
	return answer{}, vendorhttp.Fail(vendorhttp.CodeNoRoute)
}

// config returns the body of ServiceProviderConfig: the abilities and the limits of the server (RFC
// 7643 section 5, RFC 9865 section 4).
func (c *call) config() object {
	yes := object{"supported": true}
	return object{
		"schemas": []any{configSchema},
		"patch":   yes,
		"bulk":    object{"supported": true, "maxOperations": maxBulk, "maxPayloadSize": vendorhttp.MaxBody},
		"filter":  object{"supported": true, "maxResults": maxPage},
		"sort":    yes, "etag": yes, "changePassword": yes,
		"pagination": object{
			"cursor": true, "index": true, "defaultPaginationMethod": "index",
			"defaultPageSize": defaultPage, "maxPageSize": maxPage,
		},
		"authenticationSchemes": []any{object{
			"type": "oauthbearertoken", "name": "Bearer token", "description": "The header Authorization with a bearer token (RFC 6750).",
			"specUri": "https://www.rfc-editor.org/rfc/rfc6750", "primary": true,
		}},
		"meta": object{"resourceType": "ServiceProviderConfig", "location": c.base + "/ServiceProviderConfig"},
	}
}

func (c *call) resourceType(t *resourceType) object {
	o := object{
		"schemas": []any{resourceTypeSchema}, "id": t.name, "name": t.name, "endpoint": t.endpoint,
		"description": t.plain.Description, "schema": t.plain.ID,
		"meta": object{"resourceType": "ResourceType", "location": c.base + "/ResourceTypes/" + t.name},
	}
	var list []any
	for _, s := range t.extensions {
		if len(shown(s.Attributes)) > 0 {
			list = append(list, object{"schema": s.ID, "required": false})
		}
	}
	if list != nil {
		o["schemaExtensions"] = list
	}
	return o
}

func (c *call) schema(s *schema) object {
	return object{
		"schemas": []any{schemaSchema}, "id": s.ID, "name": s.Name, "description": s.Description, "attributes": shown(s.Attributes),
		"meta": object{"resourceType": "Schema", "location": c.base + "/Schemas/" + s.ID},
	}
}
