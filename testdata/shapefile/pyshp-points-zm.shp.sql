PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "pyshp-points-zm" ("name" TEXT, "geometry" TEXT, "longitude" REAL, "latitude" REAL, "measure" REAL);
INSERT INTO "pyshp-points-zm" VALUES('a','{"type":"Point","coordinates":[7.5,46.25,500]}',7.5,46.25,12.5);
INSERT INTO "pyshp-points-zm" VALUES('b','{"type":"Point","coordinates":[-180,90,0]}',-180.0,90.0,NULL);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('pyshp-points-zm.shp',NULL,'8c1164268ea706deb1342abbc130d966412cbb6ab745877594593969c011fd33',188,'shapefile','utf-8','crs=GCS_North_American_1983',2,0,'[{"code":"crs","severity":"note","message":"longitudes and latitudes are of another reference system than WGS 84","count":1,"example":"GCS_North_American_1983"}]');
COMMIT;
