<?xml version="1.0" encoding="utf-8" ?>
<ogr:FeatureCollection
     xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
     xsi:schemaLocation="http://ogr.maptools.org/ places.xsd"
     xmlns:ogr="http://ogr.maptools.org/"
     xmlns:gml="http://www.opengis.net/gml">
  <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>46.204 6.143</gml:lowerCorner><gml:upperCorner>47.376 8.541</gml:upperCorner></gml:Envelope></gml:boundedBy>
                                                                                                                                                            
  <ogr:featureMember>
    <ogr:places gml:id="places.0">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>46.948 7.447</gml:lowerCorner><gml:upperCorner>46.948 7.447</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Point srsName="urn:ogc:def:crs:EPSG::4326"><gml:pos>46.948 7.447</gml:pos></gml:Point></ogr:geometryProperty>
      <ogr:name>Bern</ogr:name>
      <ogr:pop>133115</ogr:pop>
      <ogr:founded>1191-01-01</ogr:founded>
      <ogr:note>on the Aare &amp; old</ogr:note>
    </ogr:places>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:places gml:id="places.1">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>46.204 6.143</gml:lowerCorner><gml:upperCorner>46.204 6.143</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Point srsName="urn:ogc:def:crs:EPSG::4326"><gml:pos>46.204 6.143</gml:pos></gml:Point></ogr:geometryProperty>
      <ogr:name>Genève</ogr:name>
      <ogr:pop>203856</ogr:pop>
      <ogr:note></ogr:note>
    </ogr:places>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:places gml:id="places.2">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>47.376 8.541</gml:lowerCorner><gml:upperCorner>47.376 8.541</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Point srsName="urn:ogc:def:crs:EPSG::4326"><gml:pos>47.376 8.541</gml:pos></gml:Point></ogr:geometryProperty>
      <ogr:name>Zürich &quot;ZH&quot;</ogr:name>
      <ogr:pop>421878</ogr:pop>
      <ogr:founded>0853-07-21</ogr:founded>
      <ogr:note>x &lt; y</ogr:note>
    </ogr:places>
  </ogr:featureMember>
</ogr:FeatureCollection>
