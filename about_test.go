package dynasette_test

import (
	"fmt"
	"testing"
	"testing/synctest"
)

// What an upload says of its columns is told to people, and what rules say of them goes before.
func TestAboutColumns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.put("places.kml", `<kml xmlns="http://www.opengis.net/kml/2.2"><Document>
			<Schema id="s"><SimpleField type="string" name="zip"><displayName>Postal code</displayName></SimpleField>
			<SimpleField type="int" name="beds"><displayName>Number of beds</displayName></SimpleField></Schema>
			<Placemark><ExtendedData><SchemaData schemaUrl="#s"><SimpleData name="zip">007</SimpleData><SimpleData name="beds">3</SimpleData>
			</SchemaData></ExtendedData></Placemark></Document></kml>`)
		columns := func() string {
			tables, _ := w.is("places.kml@1").Databases[0].Words["tables"].(map[string]any)
			table, _ := tables["places"].(map[string]any)
			return fmt.Sprint(table["columns"])
		}
		if got := columns(); got != "map[beds:Number of beds zip:Postal code]" {
			t.Errorf("of the upload: %s", got)
		}
		w.put("dynasette.yaml", "resources:\n- path: places.kml\n  schema:\n    fields:\n    - name: zip\n      description: of the post office\n")
		if got := columns(); got != "map[beds:Number of beds zip:of the post office]" {
			t.Errorf("and of rules: %s", got)
		}
	})
}
