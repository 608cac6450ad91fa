# The Redis function library as a C header: made by make, so that a changed
# .lua file is enough to have it built again.

cat << END                                                    >> $NGX_MAKEFILE

$NGX_OBJS/scim_library.h: $ngx_addon_dir/redis/embed.sh \\
		`echo $ngx_addon_dir/redis/functions/*.lua`
	sh $ngx_addon_dir/redis/embed.sh > $NGX_OBJS/scim_library.h.new
	mv $NGX_OBJS/scim_library.h.new $NGX_OBJS/scim_library.h

END
