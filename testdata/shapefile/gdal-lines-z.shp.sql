PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "gdal-lines-z" ("geometry_2" TEXT, "geometry" TEXT);
INSERT INTO "gdal-lines-z" VALUES('a property of that name','{"type":"LineString","coordinates":[[2600000,1200000,430.5],[2600100.25,1200050.5,431]]}');
INSERT INTO "gdal-lines-z" VALUES('two','{"type":"MultiLineString","coordinates":[[[2600000,1200000,1],[2600001,1200001,2]],[[2600010,1200010,3],[2600011,1200011,4]]]}');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('gdal-lines-z.shp',NULL,'1fe5ab2ed7d5eed9d29677e89573bc89360c16d399a47be87dfc9e8271d7ad2d',392,'shapefile','utf-8','crs=CH1903+_LV95',2,0,'[{"code":"crs","severity":"note","message":"positions are no longitudes and latitudes, but in another reference system, so that those of points are in the columns x and y","count":1,"example":"CH1903+_LV95"}]');
COMMIT;
