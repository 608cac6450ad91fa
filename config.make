# The Redis function library and the OpenAPI document as C headers: made by
# make, so that a changed file is enough to have them built again.

cat << END                                                    >> $NGX_MAKEFILE

$NGX_OBJS/scim_library.h: $ngx_addon_dir/redis/embed.sh \\
		`echo $ngx_addon_dir/redis/functions/*.lua`
	sh $ngx_addon_dir/redis/embed.sh > $NGX_OBJS/scim_library.h.new
	mv $NGX_OBJS/scim_library.h.new $NGX_OBJS/scim_library.h

$NGX_OBJS/scim_openapi.h: $ngx_addon_dir/src/http/openapi.sh \\
		$ngx_addon_dir/src/http/openapi.json
	sh $ngx_addon_dir/src/http/openapi.sh > $NGX_OBJS/scim_openapi.h.new
	mv $NGX_OBJS/scim_openapi.h.new $NGX_OBJS/scim_openapi.h

END
