// Package function is all that has to be deployed as a cloud function; see README.md.
package function

import (
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"

	"github.com/dynasette/dynasette/adapters/cloudfunction"
	"github.com/dynasette/dynasette/adapters/gcp"
	"github.com/dynasette/dynasette/converter/all"
)

// The framework finds functions by what packages register when they are loaded.
func init() {
	functions.CloudEvent("dynasette", cloudfunction.FromEnvironment(all.Formats(), gcp.Places()))
}
