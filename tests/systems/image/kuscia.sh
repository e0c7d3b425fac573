#!/bin/sh
# Stands in for the script that Kuscia's image holds.
echo "what this does, dynrun does"
